"""Side-by-side benchmarks; `make bench` runs `bench.__main__`."""
