package accessanalyzer

import (
	"context"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/accessanalyzer"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer/types"

	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Analyzer watches policies of one region for access that reaches out of an account
// or organisation, or identities for access that nobody uses.
type Analyzer struct {
	// Kind is external-access, unused-access or internal-access.
	Kind string `json:"kind"`
	// Zone is account or organization: what counts as inside.
	Zone string `json:"zone"`
	// Status is ACTIVE, CREATING, DISABLED or FAILED. Only an active one finds anything.
	Status string `json:"status"`
	// StatusReason is why it is not active; empty when it is.
	StatusReason string `json:"status_reason"`
	// LastAnalyzed is when it last looked at a resource; absent when it never did.
	LastAnalyzed *time.Time `json:"last_analyzed,omitempty"`
	// ManagedBy is the AWS service that runs it; empty for the owner's own.
	ManagedBy string `json:"managed_by"`
}

var analyzer = source.Type[*aws.Session, Analyzer]{
	Name:     "aws_accessanalyzer_analyzer",
	Service:  "accessanalyzer",
	Locality: source.Regional,
	Always:   true,
	Calls:    []source.Call{{Op: "ListAnalyzers", Permission: "access-analyzer:ListAnalyzers"}},
	Refresh:  []string{"CreateAnalyzer", "DeleteAnalyzer", "UpdateAnalyzer", "TagResource", "UntagResource"},
	List:     listAnalyzers,
}

func listAnalyzers(ctx context.Context, s *aws.Session, found func(*source.Draft[Analyzer])) error {
	pages := sdk.NewListAnalyzersPaginator(client(s), &sdk.ListAnalyzersInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for i := range page.Analyzers {
			found(draftAnalyzer(&page.Analyzers[i]))
		}
	}
	return nil
}

func draftAnalyzer(a *types.AnalyzerSummary) *source.Draft[Analyzer] {
	d := &source.Draft[Analyzer]{ID: aws.Value(a.Arn), Name: aws.Value(a.Name), Created: aws.Value(a.CreatedAt).In(time.UTC)}
	if len(a.Tags) > 0 {
		d.Tags = a.Tags
	}
	d.Config = Analyzer{Kind: "external-access", Zone: "account", Status: string(a.Status), ManagedBy: aws.Value(a.ManagedBy)}
	if strings.HasPrefix(string(a.Type), "ORGANIZATION") {
		d.Config.Zone = "organization"
	}
	switch {
	case strings.HasSuffix(string(a.Type), "_UNUSED_ACCESS"):
		d.Config.Kind = "unused-access"
	case strings.HasSuffix(string(a.Type), "_INTERNAL_ACCESS"):
		d.Config.Kind = "internal-access"
	}
	if a.StatusReason != nil {
		d.Config.StatusReason = string(a.StatusReason.Code)
	}
	if at := a.LastResourceAnalyzedAt; at != nil {
		utc := at.UTC()
		d.Config.LastAnalyzed = &utc
	}
	return d
}
