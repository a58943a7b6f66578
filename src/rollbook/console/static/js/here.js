/** Where we are is in sight: the room in a rail of many, the tab in a row wider than the window. */
for (const here of document.querySelectorAll("#rail [aria-current], .tabs [aria-current]")) here.scrollIntoView({ block: "nearest", inline: "nearest" });
