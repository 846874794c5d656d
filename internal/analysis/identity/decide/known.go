package decide

import "strings"

// Known returns what a posture tool knows of the keys of a request that a principal
// makes itself, over TLS, before there is any request: what follows from the
// principal and the resource. All other keys are open. The keys are those of "AWS
// global condition context keys" (IAM User Guide), and of S3, KMS and IAM where they
// say the same.
func Known(p *Principal, r *Resource, action string) Context {
	c := KnownOfPrincipal(p)
	knownResource(&c, p.Account, r, action)
	return c
}

func knownPrincipal(c *Context, p *Principal) {
	c.Set("aws:PrincipalIsAWSService", boolText(p.Kind == Service))
	if p.Kind == Service {
		c.Set("aws:PrincipalServiceName", p.ARN)
		c.Set("aws:PrincipalServiceNamesList", p.ARN)
	} else {
		// Only a service that calls for someone says for whom.
		for _, key := range []string{"aws:PrincipalServiceName", "aws:PrincipalServiceNamesList",
			"aws:SourceArn", "aws:SourceAccount", "aws:SourceOrgID", "aws:SourceOrgPaths"} {
			c.Absent(key)
		}
	}
	if !p.inAccount() {
		knownOutsider(c, p)
		return
	}
	knownOrganization(c, "aws:Principal", p.OrgID, p.OrgPaths)
	c.Set("aws:PrincipalArn", p.ARN)
	c.Set("aws:PrincipalAccount", p.Account)
	c.Set("kms:CallerAccount", p.Account)
	knownKind(c, p)
	if p.Tags == nil {
		return
	}
	// A session of a role may carry tags that the role has not.
	if p.Kind != Role {
		c.Absent("aws:PrincipalTag/*")
	}
	for key, value := range p.Tags {
		c.Set("aws:PrincipalTag/"+key, value)
	}
}

// knownOutsider sets the keys of a caller without an account of its own.
func knownOutsider(c *Context, p *Principal) {
	for _, key := range []string{"aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalTag/*", "aws:username",
		"aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge",
		"aws:TokenIssueTime", "aws:SourceIdentity"} {
		c.Absent(key)
	}
	switch p.Kind {
	case Anonymous:
		c.Set("aws:PrincipalType", "Anonymous")
		c.Set("aws:userid", "anonymous")
	case Service:
		// A service calls from a network of its own.
		for _, key := range []string{"aws:SourceIp", "aws:VpcSourceIp", "aws:SourceVpc", "aws:SourceVpcArn", "aws:SourceVpce"} {
			c.Absent(key)
		}
	case User, Role, Session, FederatedUser, Root, Federated:
	}
}

// knownKind sets the keys whose form hangs on the kind of principal ("Policy
// variables": where you can use them).
func knownKind(c *Context, p *Principal) {
	switch p.Kind {
	case User:
		c.Set("aws:PrincipalType", "User")
		c.Set("aws:username", p.name())
		c.Absent("aws:FederatedProvider")
		if p.UniqueID != "" {
			c.Set("aws:userid", p.UniqueID)
		}
		return
	case Root:
		c.Set("aws:PrincipalType", "Account")
		c.Set("aws:userid", p.Account)
		c.Absent("aws:FederatedProvider")
	case FederatedUser:
		c.Set("aws:PrincipalType", "FederatedUser")
		c.Set("aws:userid", p.Account+":"+p.SessionName)
	case Role, Session:
		c.Set("aws:PrincipalType", "AssumedRole")
		knownSession(c, p)
	case Anonymous, Service, Federated:
	}
	c.Absent("aws:username")
}

func knownSession(c *Context, p *Principal) {
	switch {
	case p.UniqueID != "" && p.Kind == Session:
		c.Set("aws:userid", p.UniqueID+":"+p.SessionName)
	case p.UniqueID != "":
		c.SetLike("aws:userid", p.UniqueID+":*")
	case p.Kind == Session:
		c.SetLike("aws:userid", "AROA*:"+literalPattern(p.SessionName))
	default:
		c.SetLike("aws:userid", "AROA*:*")
	}
}

// literalPattern weakens the wildcards of a text, which a pattern cannot escape.
func literalPattern(text string) string { return strings.ReplaceAll(text, "*", "?") }

func knownOrganization(c *Context, prefix, id string, paths []string) {
	switch id {
	case "":
	case NoOrganization:
		c.Absent(prefix + "OrgID")
		c.Absent(prefix + "OrgPaths")
	default:
		c.Set(prefix+"OrgID", id)
		if paths != nil {
			c.Set(prefix+"OrgPaths", paths...)
		}
	}
}

func knownResource(c *Context, caller string, r *Resource, action string) {
	parts, _ := splitARN(r.ARN)
	service := serviceOf(action)
	switch region := parts[fieldRegion]; {
	case region != "" && region != "*":
		c.Set("aws:RequestedRegion", region)
	case parts[1] != "aws" && r.ARN != "*":
	case service == "iam" || service == "organizations" || service == "route53" || service == "cloudfront":
		// The one endpoint of these services is in this region.
		c.Set("aws:RequestedRegion", "us-east-1")
	}
	account := r.Account
	if account == "" && isAccount(parts[fieldAccount]) {
		account = parts[fieldAccount]
	}
	if r.ARN == "*" && account == "" {
		account = caller
	}
	if isAccount(account) {
		c.Set("aws:ResourceAccount", account)
		c.Set("s3:ResourceAccount", account)
	}
	knownOrganization(c, "aws:Resource", r.OrgID, r.OrgPaths)
	for _, prefix := range []string{"aws:ResourceTag/", service + ":ResourceTag/"} {
		switch {
		case r.Tags != nil:
			c.Absent(prefix + "*")
		case r.TagsUnknown != nil:
			c.Unread(prefix+"*", *r.TagsUnknown)
		}
		for key, value := range r.Tags {
			c.Set(prefix+key, value)
		}
	}
}

func boolText(b bool) string {
	if b {
		return "true"
	}
	return "false"
}
