"""Trails, logs and detectors."""

from ..kind import Kind, call, register


def _recorder(place, spec, params):
    """A recorder with its delivery channel; `with` says the role, the bucket and what is recorded."""
    call(place, spec, "config", "put_configuration_recorder", {"ConfigurationRecorder": {
        "name": spec.name, "roleARN": params["roleARN"],
        "recordingGroup": params.get("recordingGroup", {"allSupported": True, "includeGlobalResourceTypes": True})}})
    call(place, spec, "config", "put_delivery_channel", {"DeliveryChannel": {
        "name": spec.name, "s3BucketName": params["s3BucketName"]}})
    return {}


def _security_hub(place, spec, params):
    call(place, spec, "securityhub", "enable_security_hub", params)
    return {"id": place.account_id}


register(
    aws_cloudtrail=Kind("cloudtrail", "create_trail", "Name", "", "TrailARN", {"Name": "name", "TrailName": "name"},
                        {"IsMultiRegionTrail": True, "EnableLogFileValidation": True}, read="get_trail"),
    aws_cloudwatch_log_group=Kind("logs", "create_log_group", "logGroupName",
                                  arn="arn:aws:logs:$(region):$(account):log-group:$(name)",
                                  keys={"logGroupName": "name", "logGroupNamePrefix": "name"}, read="describe_log_groups"),
    aws_cloudwatch_log_metric_filter=Kind("logs", "put_metric_filter", "filterName", keys={"filterNamePrefix": "name"},
                                          read="describe_metric_filters"),
    aws_cloudwatch_metric_alarm=Kind("cloudwatch", "put_metric_alarm", "AlarmName",
                                     arn="arn:aws:cloudwatch:$(region):$(account):alarm:$(name)", keys={"AlarmName": "name"},
                                     defaults={"ComparisonOperator": "GreaterThanOrEqualToThreshold", "EvaluationPeriods": 1,
                                               "Period": 300, "Statistic": "Sum", "Threshold": 1}, read="describe_alarms"),
    aws_config_configuration_recorder=Kind("config", make=_recorder, keys={"ConfigurationRecorderName": "name"},
                                           read="describe_configuration_recorders"),
    aws_guardduty_detector=Kind("guardduty", "create_detector", "", "DetectorId",
                                "arn:aws:guardduty:$(region):$(account):detector/$(id)", {"DetectorId": "id"},
                                {"Enable": True}, read="get_detector"),
    aws_securityhub_account=Kind("securityhub", make=_security_hub, read="describe_hub"),
)
