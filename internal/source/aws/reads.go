package aws

import (
	"context"
	"strings"

	"github.com/aws/smithy-go/middleware"

	"github.com/stance-sec/stance/internal/estate"
)

// readVerbs are the beginnings of operations that change nothing. The two that
// generate start a report which AWS keeps for the asker.
var readVerbs = []string{"Get", "List", "Describe", "BatchGet", "Search", "Lookup", "GenerateCredentialReport", "GenerateServiceLastAccessedDetails", "AssumeRole"}

// IsRead reports whether an operation, by its name, changes nothing in the account.
func IsRead(op string) bool {
	for _, verb := range readVerbs {
		if strings.HasPrefix(op, verb) {
			return true
		}
	}
	return false
}

// onlyReads refuses every request that is not a read before it leaves the process.
var onlyReads = middleware.InitializeMiddlewareFunc("StanceOnlyReads", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
	if op := middleware.GetOperationName(ctx); !IsRead(op) {
		return middleware.InitializeOutput{}, middleware.Metadata{}, estate.Errorf(estate.CodeInternal, "call "+op, "the scanner only reads")
	}
	return next.HandleInitialize(ctx, in)
})
