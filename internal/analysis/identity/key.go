package identity

import "strings"

// keyKind says what a stranger can do about a condition key.
type keyKind uint8

const (
	// keyUnknown is a key this package knows nothing about.
	keyUnknown keyKind = iota
	// keyFree is a value the caller chooses, meets by chance or can leave out. It
	// never tells strangers from others.
	keyFree
	// keyIdentity is a value strangers have one of, but not the owner's: an
	// organisation, an account, a network, the source of a service's call. It may
	// be absent.
	keyIdentity
	// keyService is only there when an AWS service calls.
	keyService
	// keyFlag is true for the owner's side only; strangers show false or nothing.
	keyFlag
	// keyAddress is the public address of the caller, absent through VPC endpoints.
	keyAddress
	// keyTime is the time of the request.
	keyTime
)

// trait is what is known of a condition key.
type trait struct {
	kind keyKind
	// fixed tells whether a pattern can only mean things of one owner.
	fixed fixedFunc
	// always tells that every request that can succeed carries the key.
	always bool
}

// traits holds the keys by lower-case name: "AWS global condition context keys"
// (IAM User Guide) and the keys of services that AWS counts when it calls a policy
// public ("Blocking public access to your Amazon S3 storage: The meaning of
// public", and the page of the same name for Amazon EFS).
var traits = map[string]trait{
	"aws:principalorgid":        {kind: keyIdentity, fixed: fixedID},
	"aws:principalorgpaths":     {kind: keyIdentity, fixed: fixedPath},
	"aws:principalaccount":      {kind: keyIdentity, fixed: fixedID},
	"aws:principalarn":          {kind: keyIdentity, fixed: fixedARN},
	"aws:userid":                {kind: keyIdentity, fixed: fixedUser},
	"aws:sourceaccount":         {kind: keyIdentity, fixed: fixedID},
	"aws:sourceowner":           {kind: keyIdentity, fixed: fixedID},
	"aws:sourcearn":             {kind: keyIdentity, fixed: fixedARN},
	"aws:sourceorgid":           {kind: keyIdentity, fixed: fixedID},
	"aws:sourceorgpaths":        {kind: keyIdentity, fixed: fixedPath},
	"aws:sourcevpc":             {kind: keyIdentity, fixed: fixedID},
	"aws:sourcevpcarn":          {kind: keyIdentity, fixed: fixedARN},
	"aws:sourcevpce":            {kind: keyIdentity, fixed: fixedID},
	"aws:vpceaccount":           {kind: keyIdentity, fixed: fixedID},
	"aws:vpceorgid":             {kind: keyIdentity, fixed: fixedID},
	"aws:vpceorgpaths":          {kind: keyIdentity, fixed: fixedPath},
	"aws:ec2instancesourcevpc":  {kind: keyIdentity, fixed: fixedID},
	"ec2:sourceinstancearn":     {kind: keyIdentity, fixed: fixedARN},
	"lambda:sourcefunctionarn":  {kind: keyIdentity, fixed: fixedARN},
	"kms:calleraccount":         {kind: keyIdentity, fixed: fixedID, always: true},
	"s3:dataaccesspointaccount": {kind: keyIdentity, fixed: fixedID},
	"s3:dataaccesspointarn":     {kind: keyIdentity, fixed: fixedARN},
	// Writing under a key takes rights on the key, so AWS counts a fixed one.
	"s3:x-amz-server-side-encryption-aws-kms-key-id": {kind: keyIdentity, fixed: fixedARN},
	"elasticfilesystem:accesspointarn":               {kind: keyIdentity, fixed: fixedARN},

	"aws:principalisawsservice":                {kind: keyFlag},
	"elasticfilesystem:accessedviamounttarget": {kind: keyFlag},
	"aws:principalservicename":                 {kind: keyService},
	"aws:principalservicenameslist":            {kind: keyService},

	"aws:sourceip":    {kind: keyAddress},
	"aws:currenttime": {kind: keyTime, always: true},
	"aws:epochtime":   {kind: keyTime, always: true},

	"aws:securetransport": {kind: keyFree}, "aws:useragent": {kind: keyFree}, "aws:referer": {kind: keyFree},
	"aws:multifactorauthpresent": {kind: keyFree}, "aws:multifactorauthage": {kind: keyFree}, "aws:tokenissuetime": {kind: keyFree},
	"aws:principaltype": {kind: keyFree}, "aws:username": {kind: keyFree}, "aws:sourceidentity": {kind: keyFree},
	"aws:requestedregion": {kind: keyFree}, "aws:tagkeys": {kind: keyFree}, "sts:rolesessionname": {kind: keyFree},
	// Any account can make a network with these addresses.
	"aws:vpcsourceip": {kind: keyFree}, "aws:ec2instancesourceprivateipv4": {kind: keyFree},
	// About the resource, not the caller.
	"aws:resourceaccount": {kind: keyFree}, "aws:resourceorgid": {kind: keyFree}, "aws:resourceorgpaths": {kind: keyFree},
	"s3:resourceaccount": {kind: keyFree},
	// An external id is no secret ("Access to AWS accounts owned by third parties").
	"sts:externalid": {kind: keyFree},
	// A service in between makes such calls for whoever asks it to. Not so for
	// aws:ViaAWSService and aws:CalledVia: whether a stranger can go through a
	// service depends on the resource, so they stay unknown.
	"kms:viaservice": {kind: keyFree}, "kms:encryptioncontextkeys": {kind: keyFree}, "kms:grantisforawsresource": {kind: keyFree},
	"lambda:functionurlauthtype": {kind: keyFree}, "lambda:invokedviafunctionurl": {kind: keyFree},
	"sns:protocol": {kind: keyFree},
	"s3:prefix":    {kind: keyFree}, "s3:delimiter": {kind: keyFree}, "s3:max-keys": {kind: keyFree}, "s3:versionid": {kind: keyFree},
	"s3:authtype": {kind: keyFree}, "s3:signatureversion": {kind: keyFree}, "s3:signatureage": {kind: keyFree}, "s3:tlsversion": {kind: keyFree},
	"s3:locationconstraint": {kind: keyFree}, "s3:requestobjecttagkeys": {kind: keyFree}, "s3:objectcreationoperation": {kind: keyFree},
	"secretsmanager:versionstage": {kind: keyFree}, "secretsmanager:versionid": {kind: keyFree},
}

// freePrefixes are families of keys whose last part is open.
var freePrefixes = []string{
	"aws:principaltag/", "aws:requesttag/", "aws:resourcetag/", "kms:encryptioncontext:",
	"s3:existingobjecttag/", "s3:requestobjecttag/", "s3:x-amz-",
}

// traitOf looks a key up without regard to case.
func traitOf(key string) trait {
	key = strings.ToLower(key)
	if t, known := traits[key]; known {
		return t
	}
	for _, prefix := range freePrefixes {
		if strings.HasPrefix(key, prefix) {
			return trait{kind: keyFree}
		}
	}
	// Every service's own spelling of a tag on the resource.
	if _, rest, found := strings.Cut(key, ":"); found && strings.HasPrefix(rest, "resourcetag/") {
		return trait{kind: keyFree}
	}
	return trait{kind: keyUnknown}
}
