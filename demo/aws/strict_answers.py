"""Answers of moto that lack what AWS always tells, and defaults that AWS tells although nobody set them."""

from moto.cloudfront.models import Distribution
from moto.cloudtrail.models import CloudTrailBackend, Trail, cloudtrail_backends
from moto.ecr.models import ECRBackend
from moto.inspector2.models import AccountStatus, Inspector2Backend

import accounts
import wire

EC2 = "http://ec2.amazonaws.com/doc/2016-11-15/"
# Settings of a region that moto does not keep: what AWS answers until somebody sets them.
UNSET = {
    "DescribeVpcBlockPublicAccessOptions": "<vpcBlockPublicAccessOptions><internetGatewayBlockMode>off</internetGatewayBlockMode>"
                                           "<state>default-state</state><managedBy>account</managedBy>"
                                           "<exclusionsAllowed>allowed</exclusionsAllowed></vpcBlockPublicAccessOptions>",
    "DescribeVpcBlockPublicAccessExclusions": "<vpcBlockPublicAccessExclusionSet/>",
    "GetAllowedImagesSettings": "<state>disabled</state><managedBy>account</managedBy>",
    "GetImageBlockPublicAccessState": "<imageBlockPublicAccessState>unblocked</imageBlockPublicAccessState><managedBy>account</managedBy>",
    "GetInstanceMetadataDefaults": "<accountLevel/>",
    "GetSerialConsoleAccessStatus": "<serialConsoleAccessEnabled>false</serialConsoleAccessEnabled><managedBy>account</managedBy>",
    "GetSnapshotBlockPublicAccessState": "<state>unblocked</state><managedBy>account</managedBy>",
}
# Of an organisation its members may know little more than that it exists.
FOR_MEMBERS = {"DescribeOrganization", "LeaveOrganization"}


def answer(call):
    if call.service == "ec2" and call.operation in UNSET:
        return wire.xml_response(200, f'<{call.operation}Response xmlns="{EC2}"><requestId>stance</requestId>'
                                      f"{UNSET[call.operation]}</{call.operation}Response>")
    if call.name == "backup:ListProtectedResources":  # moto makes no recovery points, so nothing is protected
        return wire.json_response(200, {"Results": []})
    if call.service == "organizations" and call.operation not in FOR_MEMBERS and accounts.of_key(call.access_key) != accounts.MANAGEMENT:
        return wire.error(call, 400, "AccessDeniedException", "You don't have permissions to access this resource.")
    return None


def _selectors(self, _original=Trail.get_event_selectors):
    """A trail without selectors records all management events, and AWS says so."""
    basic, advanced = _original(self)
    if not basic and not advanced:
        basic = [{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": [], "ExcludeManagementEventSources": []}]
    return basic, advanced


def _scanning(self, names, _original=ECRBackend.batch_get_repository_scanning_configuration):
    """A repository that scans on push says so here, too."""
    found, failing = _original(self, names)
    pushed = {name: self._get_repository(name=name, registry_id=None).image_scanning_configuration.get("scanOnPush")
              for name in names if name not in failing}
    return [{**one, "scanOnPush": True, "scanFrequency": "SCAN_ON_PUSH"}
            if one["scanFrequency"] == "MANUAL" and pushed.get(one["repositoryName"]) else one for one in found], failing


def _trails_of_account(self):
    """ListTrails tells of all regions, whichever is asked; DescribeTrails of those that record the region."""
    return [trail for backend in cloudtrail_backends[self.account_id].values() for trail in backend.trails.values()]


def _account_status(self, account_ids, _original=Inspector2Backend.batch_get_account_status):
    """An account that never switched Inspector on is told as switched off, not left out."""
    found = _original(self, account_ids)
    if self.account_id in account_ids and self.account_id not in self.account_status:
        found.append(AccountStatus(self.account_id).to_batch_json())
    return found


# What ListDistributions tells of each distribution besides its names.
SUMMARY = ("Aliases", "CacheBehaviors", "Comment", "CustomErrorResponses", "DefaultCacheBehavior", "Enabled", "HttpVersion",
           "IsIPV6Enabled", "Origins", "PriceClass", "Restrictions", "ViewerCertificate", "WebACLId")


def _in_summary(name):
    return property(lambda distribution: getattr(distribution.distribution_config, name, None))


def _named_as_in_aws(self, account_id, region_name, config, _original=Distribution.__init__):
    _original(self, account_id, region_name, config)
    self.arn = self.arn.replace(f":cloudfront:{account_id}:", f":cloudfront::{account_id}:")


Distribution.__init__ = _named_as_in_aws
for setting in SUMMARY:
    setattr(Distribution, setting, _in_summary(setting))
Trail.get_event_selectors = _selectors
CloudTrailBackend.list_trails = _trails_of_account
Inspector2Backend.batch_get_account_status = _account_status
ECRBackend.batch_get_repository_scanning_configuration = _scanning
