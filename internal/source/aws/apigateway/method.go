package apigateway

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/stance-sec/stance/internal/source/aws"
)

// methodsAt returns the methods of one path, by verb. OPTIONS is left out: browsers ask
// it without credentials before a call from another site.
func methodsAt(r types.Resource) []Method {
	var methods []Method
	for _, verb := range slices.Sorted(maps.Keys(r.ResourceMethods)) {
		if verb == "OPTIONS" {
			continue
		}
		m := r.ResourceMethods[verb]
		methods = append(methods, Method{
			Path: aws.Value(r.Path), Verb: verb, Authorization: aws.Value(m.AuthorizationType), APIKey: aws.Value(m.ApiKeyRequired),
		})
	}
	return methods
}
