"""Networks, what filters them, and what listens at their edge."""

import jmespath

from ..kind import Kind, call, register

EC2 = "arn:aws:ec2:$(region):$(account):"


def _default_group(place, spec, params):
    """The group that came with a VPC; nothing is created."""
    vpc = params.get("VpcId") or jmespath.search("Vpcs[0].VpcId", call(
        place, spec, "ec2", "describe_vpcs", {"Filters": [{"Name": "is-default", "Values": ["true"]}]}))
    found = call(place, spec, "ec2", "describe_security_groups", {"Filters": [
        {"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]})
    return {"id": found["SecurityGroups"][0]["GroupId"]}


def _network_acl(place, spec, params):
    """A list, in the place of the one that the subnet under `SubnetId` had so far."""
    subnet = params.pop("SubnetId", None)
    tags = [{"Key": k, "Value": v} for k, v in {**spec.tags, "Name": spec.name}.items()]
    made = call(place, spec, "ec2", "create_network_acl", {
        **params, "TagSpecifications": [{"ResourceType": "network-acl", "Tags": tags}]})["NetworkAcl"]["NetworkAclId"]
    if subnet:
        for acl in call(place, spec, "ec2", "describe_network_acls", {})["NetworkAcls"]:
            for held in acl["Associations"]:
                if held["SubnetId"] == subnet:
                    call(place, spec, "ec2", "replace_network_acl_association",
                         {"AssociationId": held["NetworkAclAssociationId"], "NetworkAclId": made})
    return {"id": made}


register(
    aws_vpc=Kind("ec2", "create_vpc", "", "Vpc.VpcId", EC2 + "vpc/$(id)", {"VpcId": "id", "ResourceId": "id"},
                 {"CidrBlock": "10.0.0.0/16"}, "vpc", "describe_vpcs"),
    aws_subnet=Kind("ec2", "create_subnet", "", "Subnet.SubnetId", EC2 + "subnet/$(id)", {"SubnetId": "id"},
                    {"VpcId": "$(aws_vpc.main)"}, "subnet", "describe_subnets"),
    aws_internet_gateway=Kind("ec2", "create_internet_gateway", "", "InternetGateway.InternetGatewayId",
                              EC2 + "internet-gateway/$(id)", {"InternetGatewayId": "id", "GatewayId": "id"}, {},
                              "internet-gateway", "describe_internet_gateways"),
    aws_route_table=Kind("ec2", "create_route_table", "", "RouteTable.RouteTableId", EC2 + "route-table/$(id)",
                         {"RouteTableId": "id"}, {"VpcId": "$(aws_vpc.main)"}, "route-table", "describe_route_tables"),
    aws_network_acl=Kind("ec2", make=_network_acl, arn=EC2 + "network-acl/$(id)", keys={"NetworkAclId": "id"},
                         defaults={"VpcId": "$(aws_vpc.main)"}, read="describe_network_acls"),
    aws_security_group=Kind("ec2", "create_security_group", "GroupName", "GroupId", EC2 + "security-group/$(id)",
                            {"GroupId": "id"}, {"VpcId": "$(aws_vpc.main)", "Description": "$(name)"}, "security-group",
                            "describe_security_groups"),
    aws_default_security_group=Kind("ec2", make=_default_group, arn=EC2 + "security-group/$(id)", keys={"GroupId": "id"},
                                    read="describe_security_groups", type="aws_security_group"),
    aws_ec2_managed_prefix_list=Kind("ec2", "create_managed_prefix_list", "PrefixListName", "PrefixList.PrefixListId",
                                     EC2 + "prefix-list/$(id)", {"PrefixListId": "id"},
                                     {"MaxEntries": 10, "AddressFamily": "IPv4"}, "prefix-list", "get_managed_prefix_list_entries"),
    aws_eip=Kind("ec2", "allocate_address", "", "AllocationId", EC2 + "elastic-ip/$(id)", {"AllocationId": "id"},
                 {"Domain": "vpc"}, "elastic-ip", "describe_addresses"),
    aws_flow_log=Kind("ec2", "create_flow_logs", "", "FlowLogIds[0]", EC2 + "vpc-flow-log/$(id)", {"FlowLogId": "id"},
                      {"ResourceType": "VPC", "TrafficType": "ALL", "LogDestinationType": "s3"}, "vpc-flow-log", "describe_flow_logs"),
    aws_vpc_endpoint=Kind("ec2", "create_vpc_endpoint", "", "VpcEndpoint.VpcEndpointId", EC2 + "vpc-endpoint/$(id)",
                          {"VpcEndpointId": "id"}, {"VpcId": "$(aws_vpc.main)", "ServiceName": "com.amazonaws.$(region).s3"},
                          "vpc-endpoint", "describe_vpc_endpoints"),
    aws_lb=Kind("elbv2", "create_load_balancer", "Name", "LoadBalancers[0].LoadBalancerArn", "LoadBalancers[0].LoadBalancerArn",
                {"LoadBalancerArn": "arn"}, read="describe_load_balancers"),
    aws_lb_target_group=Kind("elbv2", "create_target_group", "Name", "TargetGroups[0].TargetGroupArn",
                             "TargetGroups[0].TargetGroupArn", {"TargetGroupArn": "arn"},
                             {"Protocol": "HTTP", "Port": 80, "VpcId": "$(aws_vpc.main)"}, read="describe_target_groups"),
    aws_lb_listener=Kind("elbv2", "create_listener", "", "Listeners[0].ListenerArn", "Listeners[0].ListenerArn",
                         {"ListenerArn": "arn"}, read="describe_listeners"),
    aws_elb=Kind("elb", "create_load_balancer", "LoadBalancerName", arn="arn:aws:elasticloadbalancing:$(region):$(account):loadbalancer/$(name)",
                 keys={"LoadBalancerName": "name"}, read="describe_load_balancers"),
    aws_cloudfront_distribution=Kind("cloudfront", "create_distribution", "", "Distribution.Id", "Distribution.ARN", {"Id": "id"},
                                     read="get_distribution"),
    aws_api_gateway_rest_api=Kind("apigateway", "create_rest_api", "name", "id", "arn:aws:apigateway:$(region)::/restapis/$(id)",
                                  {"restApiId": "id"}, read="get_rest_api"),
    aws_apigatewayv2_api=Kind("apigatewayv2", "create_api", "Name", "ApiId", "arn:aws:apigateway:$(region)::/apis/$(id)",
                              {"ApiId": "id"}, {"ProtocolType": "HTTP"}, read="get_api"),
    aws_route53_zone=Kind("route53", "create_hosted_zone", "Name", "HostedZone.Id", "arn:aws:route53:::hostedzone/$(name)",
                          {"HostedZoneId": "id", "Id": "id"}, {"CallerReference": "$(name)"}, read="get_hosted_zone"),
    aws_wafv2_web_acl=Kind("wafv2", "create_web_acl", "Name", "Summary.Id", "Summary.ARN", {"WebACLArn": "arn", "Id": "id", "Name": "name"},
                           {"Scope": "REGIONAL", "DefaultAction": {"Allow": {}}, "Rules": [], "VisibilityConfig": {
                               "SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "$(name)"}}, read="get_web_acl"),
)
