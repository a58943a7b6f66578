"""One request per row of the Serenytics door; see ``samples``."""

from tests.architecture.world import Sample

_SOURCE = {"uuid": "$data source"}
_QUESTION = Sample(path=_SOURCE, json={"data_processing_pipeline": [{"select": ["who"]}]})

ANALYTICS = {
    "POST /api/api_key": Sample(status=403),  # an organisation's own key belongs to nobody
    "GET /api/data_source": Sample(),
    "POST /api/data_source": Sample(json={"name": "Mine", "type": "Storage", "jsonContent": {}}),
    "POST /api/data_source/formatted_data/{uuid:str}": _QUESTION,
    "GET /api/data_source/sign_s3": Sample(params={"s3_object_type": "csv/gz", "s3_object_name": "x"}),
    "DELETE /api/data_source/{uuid:str}": Sample(path=_SOURCE),
    "GET /api/data_source/{uuid:str}": Sample(path=_SOURCE),
    "PUT /api/data_source/{uuid:str}": Sample(path=_SOURCE, json={"name": "Other"}),
    "POST /api/data_source/{uuid:str}/batch": Sample(
        path=_SOURCE, json={"async": False, "operations": [{"action": "insert", "rows": [{"who": "Bor"}]}]}
    ),
    "POST /api/data_source/{uuid:str}/export_source_data": Sample(path=_SOURCE, json={"export_format": "csv"}),
    "POST /api/data_source/{uuid:str}/file": Sample(path=_SOURCE, content="who\nBor\n", media_type="text/csv"),
    "POST /api/data_source/{uuid:str}/invalidate_cache": Sample(path=_SOURCE),
    "POST /api/data_source/{uuid:str}/push/{token:str}": Sample(
        path={**_SOURCE, "token": "$data source's token"}, json={"who": "Bor"}
    ),
    "POST /api/data_source/{uuid:str}/reload_from_file": Sample(path=_SOURCE, json={"async": True}),
    "POST /api/data_source/{uuid:str}/sharings": Sample(
        path=_SOURCE, json={"username_to_share_with": "$person's user name"}
    ),
    "POST /api/data_source/{uuid:str}/update_from_file": Sample(path=_SOURCE, json={"primary_key": "who"}),
    "GET /api/export/{id:str}/{secret:str}": Sample(path={"id": "$export", "secret": "$export's secret"}),
    "POST /api/formatted_data/{uuid:str}": _QUESTION,
    "DELETE /api/task/{task_id:str}": Sample(path={"task_id": "$task"}),
    "GET /api/task/{task_id:str}": Sample(path={"task_id": "$task"}),
    "GET /api/token": Sample(status=401),
}
