"""One request per row of the Serenytics door; see ``samples``."""

from tests.architecture.world import Sample

_SOURCE = {"uuid": "$data source"}
_WEB_APP = {"uuid": "$dashboard"}
_SCRIPT = {"uuid": "$script"}
_USER, _GROUP = {"uuid": "$person"}, {"uuid": "$group"}
_QUESTION = Sample(path=_SOURCE, json={"data_processing_pipeline": [{"select": ["who"]}]})

ANALYTICS = {
    "POST /api/api_key": Sample(status=403),  # an organisation's own key belongs to nobody
    "GET /api/data_api_key": Sample(),
    "POST /api/data_api_key": Sample(json={"name": "Partner", "data_sources": ["$data source"]}),
    "DELETE /api/data_api_key/{uuid:str}": Sample(path={"uuid": "$data key"}),
    "GET /api/data_source": Sample(),
    "POST /api/data_source": Sample(json={"name": "Mine", "type": "Storage", "jsonContent": {}}),
    "POST /api/data_source/formatted_data/{uuid:str}": _QUESTION,
    "GET /api/data_source/sign_s3": Sample(params={"s3_object_type": "csv/gz", "s3_object_name": "$data source"}),
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
    "POST /api/data_source/{uuid:str}/reload_from_s3": Sample(
        path=_SOURCE, json={"s3_bucket": "sales", "s3_key": "2026/sales.csv", "s3_region": "eu-west-1"}
    ),
    "POST /api/data_source/{uuid:str}/reload_users_metadata": Sample(path={"uuid": "$metadata source"}),
    "POST /api/data_source/{uuid:str}/sharings": Sample(
        path=_SOURCE, json={"username_to_share_with": "$person's user name"}
    ),
    "POST /api/data_source/{uuid:str}/update_from_file": Sample(path=_SOURCE, json={"primary_key": "who"}),
    "GET /api/export/{id:str}/{secret:str}": Sample(path={"id": "$export", "secret": "$export's secret"}),
    "GET /api/folder": Sample(),
    "POST /api/folder": Sample(json={"name": "Reports", "resource_type": "datasource"}),
    "POST /api/formatted_data/{uuid:str}": _QUESTION,
    "GET /api/script": Sample(),
    "POST /api/script": Sample(json={"name": "Mine", "code": "print(1)", "kind": "GENERIC_PYTHON"}),
    "DELETE /api/script/{uuid:str}": Sample(path=_SCRIPT),
    "GET /api/script/{uuid:str}": Sample(path=_SCRIPT),
    "PUT /api/script/{uuid:str}": Sample(path=_SCRIPT, json={"name": "Other"}),
    "GET /api/script/{uuid:str}/logs": Sample(path=_SCRIPT),
    "POST /api/script/{uuid:str}/run": Sample(path=_SCRIPT, json={"quarter": 2}),
    "GET /api/script/{uuid:str}/state": Sample(path=_SCRIPT),
    "POST /api/script/{uuid:str}/stop": Sample(path=_SCRIPT),
    "GET /api/script/{uuid:str}/storage": Sample(path=_SCRIPT),
    "PUT /api/script/{uuid:str}/storage": Sample(path=_SCRIPT, json={"last": 5}),
    "DELETE /api/script/{uuid:str}/token": Sample(path=_SCRIPT),
    "POST /api/script/{uuid:str}/token": Sample(path=_SCRIPT),
    "POST /api/email": Sample(json={"subject": "Figures", "recipients": ["ana@example.org"], "html": "<p>Hi</p>"}),
    "POST /api/integrations/slack/post_msg": Sample(json={"channel": "#training", "text_msg": "Hi"}, status=400),
    "GET /api/sign_s3_file": Sample(params={"s3_object_type": "application/octet-stream"}),
    "POST /api/upload_file/{uuid:str}": Sample(
        path={"uuid": "01a2263c-6a34-7189-a22b-79f3e8fd3634"}, content="%PDF", media_type="application/octet-stream"
    ),
    "DELETE /api/task/{task_id:str}": Sample(path={"task_id": "$task"}),
    "GET /api/task/{task_id:str}": Sample(path={"task_id": "$task"}),
    "GET /api/token": Sample(status=401),
    "GET /api/user": Sample(),
    "POST /api/user": Sample(json={"username": "bor@example.org", "password": "correct horse", "category": "viewer"}),
    "GET /api/user/byname": Sample(params={"username": "$person's user name"}),
    "DELETE /api/user/{uuid:uuid}": Sample(path=_USER),
    "GET /api/user/{uuid:uuid}": Sample(path=_USER),
    "PUT /api/user/{uuid:uuid}": Sample(path=_USER, json={"category": "studio", "login_metadata": {"unit": "fr"}}),
    "GET /api/usersgroup": Sample(),
    "GET /api/usersgroup/byname": Sample(params={"name": "$group's name"}),
    "DELETE /api/usersgroup/{uuid:str}": Sample(path=_GROUP),
    "GET /api/usersgroup/{uuid:str}": Sample(path=_GROUP),
    "POST /api/usersgroup/{uuid:str}/adduser": Sample(path=_GROUP, json={"username_to_add": "$person's user name"}),
    "GET /api/usersgroup/{uuid:str}/list_of_users": Sample(path=_GROUP),
    "POST /api/usersgroup/{uuid:str}/removeuser": Sample(
        path={"uuid": "$group with the person"}, json={"username_to_remove": "$person's user name"}
    ),
    "GET /api/web_app": Sample(),
    "POST /api/web_app": Sample(json={"name": "Mine", "jsonContent": {"tabs": []}}),
    "DELETE /api/web_app/{uuid:str}": Sample(path=_WEB_APP),
    "GET /api/web_app/{uuid:str}": Sample(path=_WEB_APP),
    "PUT /api/web_app/{uuid:str}": Sample(path=_WEB_APP, json={"name": "Other"}),
    "POST /api/web_app/{uuid:str}/clone": Sample(path=_WEB_APP),
    "POST /api/web_app/{uuid:str}/dashboard_variables": Sample(
        path=_WEB_APP, json={"dashboard_variables": {"unit": "UK"}}
    ),
    "POST /api/web_app/{uuid:str}/embed": Sample(path=_WEB_APP, json={"expire_in": 60}, status=403),
    "POST /api/web_app/{uuid:str}/generate_pdf": Sample(path=_WEB_APP, json={"store_pdf": True}),
    "GET /api/web_app/{uuid:str}/data_sources": Sample(path=_WEB_APP),
    "POST /api/web_app/{uuid:str}/sharings": Sample(
        path=_WEB_APP, json={"username_to_share_with": "$person's user name"}
    ),
    "GET /data-api/datasources_list": Sample(),
    "POST /data-api/query-data/{uuid:str}": Sample(path=_SOURCE, json={"query": {"select": ["who"]}}),
    "POST /data-api/query-model/{uuid:str}": Sample(path=_SOURCE),
}
