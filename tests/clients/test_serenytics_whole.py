"""Nothing of the vendor's client is left out: each public method is driven by a test that is named here."""

import ast
import inspect
from pathlib import Path

import pytest
import serenytics
from serenytics import script, source, task, webapp

HERE = Path(__file__).parent
CLASSES = (serenytics.Client, source.DataSource, source.Data, script.Script, script.ScriptLog, task.Task, webapp.WebApp)
DRIVEN = {
    "Client.get_data_source_by_name": "test_a_source_is_found_by_name_and_by_uuid_and_is_the_same",
    "Client.get_data_source_by_uuid": "test_a_source_is_found_by_name_and_by_uuid_and_is_the_same",
    "Client.get_data_sources": "test_a_source_is_found_by_name_and_by_uuid_and_is_the_same",
    "Client.get_or_create_storage_data_source_by_name": "test_a_source_is_found_by_name_and_by_uuid_and_is_the_same",
    "Client.get_script_by_name": "test_a_script_is_found_by_name_and_by_uuid",
    "Client.get_script_by_uuid": "test_a_script_is_found_by_name_and_by_uuid",
    "Client.get_webapp_by_uuid": "test_dashboards",
    "Client.get_webapps": "test_dashboards",
    "Client.retrieve_script_data": "test_a_script_keeps_data_from_one_run_to_the_next",
    "Client.script_args": "test_a_script_that_is_run_and_waited_for_has_its_log",
    "Client.send_email": "test_a_mail_goes_out_with_a_dashboard_and_a_file",
    "Client.send_slack_msg": "test_messages_to_slack",
    "Client.share_webapp_with_user": "test_dashboards",
    "Client.store_script_data": "test_a_script_keeps_data_from_one_run_to_the_next",
    "Data.columns": "test_reload_from_rows",
    "Data.get_as_dataframe": "test_reload_from_rows",
    "Data.headers": "test_questions_with_groups_filters_order_and_a_limit",
    "Data.rows": "test_reload_from_rows",
    "DataSource.batch": "test_batches_are_done_in_order_or_not_at_all",
    "DataSource.get_columns": "columns",
    "DataSource.get_data": "test_reload_from_rows",
    "DataSource.get_dataset": "test_a_dataset_without_a_format_is_csv_with_commas",
    "DataSource.get_dataset_as_dataframe": "test_datasets_as_dataframes",
    "DataSource.get_nb_rows": "test_reload_from_rows",
    "DataSource.get_value_formula": "test_formulas",
    "DataSource.invalidate_cache": "test_the_cache_can_be_invalidated",
    "DataSource.name": "test_a_source_is_found_by_name_and_by_uuid_and_is_the_same",
    "DataSource.push_data": "test_pushed_rows_are_there_with_their_new_columns",
    "DataSource.reload_data": "test_reload_from_rows",
    "DataSource.reload_data_from_array": "test_reload_from_array_dataframe_and_with_force_types",
    "DataSource.reload_data_from_dataframe": "test_reload_from_array_dataframe_and_with_force_types",
    "DataSource.reload_data_from_file": "test_reload_and_update_from_file",
    "DataSource.reload_data_from_s3_file": "test_reload_from_a_bucket",
    "DataSource.reload_users_metadata": "test_users_get_their_metadata_from_a_source",
    "DataSource.save": "test_formulas",
    "DataSource.set_property": "test_what_is_set_of_a_source_is_kept",
    "DataSource.type": "test_what_is_set_of_a_source_is_kept",
    "DataSource.update_data_from_file": "test_reload_and_update_from_file",
    "DataSource.uuid": "test_a_source_is_found_by_name_and_by_uuid_and_is_the_same",
    "Script.get_last_logs": "test_a_script_that_is_run_and_waited_for_has_its_log",
    "Script.is_running": "test_a_task_has_its_result_and_a_script_tells_whether_it_runs",
    "Script.name": "test_a_script_is_found_by_name_and_by_uuid",
    "Script.run": "test_a_script_that_is_run_and_waited_for_has_its_log",
    "Script.uuid": "test_a_script_is_found_by_name_and_by_uuid",
    "Script.wait": "test_a_script_that_is_run_and_waited_for_has_its_log",
    "ScriptLog.is_failure": "test_a_script_that_fails_raises_with_its_output",
    "ScriptLog.is_success": "test_a_script_that_is_run_and_waited_for_has_its_log",
    "Task.raise_on_error": "test_a_batch_may_be_waited_for",
    "Task.result": "test_a_task_has_its_result_and_a_script_tells_whether_it_runs",
    "Task.wait": "test_a_batch_may_be_waited_for",
    "WebApp.get_list_of_data_sources": "test_dashboards",
    "WebApp.name": "test_a_dashboard_is_warmed_up_as_it_will_be_looked_at",
    "WebApp.save": "test_dashboards",
    "WebApp.set_custom_css": "test_dashboards",
    "WebApp.set_custom_html_header": "test_dashboards",
    "WebApp.uuid": "test_dashboards",
    "WebApp.warm_up_cache": "test_a_dashboard_is_warmed_up_as_it_will_be_looked_at",
}
"""By the client's method, the test (or what tests call) that drives it. Its ``io_tools`` speak SFTP, and not to us."""


def _bodies() -> dict[str, str]:
    """The source of every function of the tests beside this one."""
    found = {}
    for path in HERE.glob("test_serenytics*.py"):
        text = path.read_text()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                found[node.name] = ast.get_source_segment(text, node) or ""
    return found


def test_every_public_method_of_the_client_is_in_the_table() -> None:
    public = {
        f"{one.__name__}.{name}"
        for one in CLASSES
        for name, member in vars(one).items()
        if not name.startswith("_") and (inspect.isfunction(member) or isinstance(member, property))
    }
    assert public == set(DRIVEN)


@pytest.mark.parametrize("method", sorted(DRIVEN))
def test_the_named_test_calls_the_method(method: str) -> None:
    name = method.partition(".")[2]
    # A script's parameters are read inside the script, whose code is a text there.
    assert f".{name}" in _bodies()[DRIVEN[method]]
