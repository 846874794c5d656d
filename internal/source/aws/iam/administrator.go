package iam

import (
	"context"
	"slices"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
	"github.com/stance-sec/stance/internal/source/aws"
)

// administrator tells whether documents and attached policies let an identity do
// everything. It answers yes only for a plain permission with nothing that takes from
// it, no only when nothing comes near one, and leaves the rest open.
func administrator(ctx context.Context, s *aws.Session, inline []InlinePolicy, attached []string, boundary string) estate.Tri {
	documents, complete := grantedDocuments(ctx, s, inline, attached)
	everything, near, denies := false, false, boundary != ""
	for _, d := range documents {
		for i := range d.Statements {
			st := &d.Statements[i]
			everything = everything || allowsEverything(st)
			near = near || allowsNearlyEverything(st)
			denies = denies || st.Denies()
		}
	}
	switch {
	case everything && !denies:
		return estate.Yes
	case everything || near || !complete:
		return estate.Maybe
	default:
		return estate.No
	}
}

// grantedDocuments returns the documents of an identity, and whether all were read.
func grantedDocuments(ctx context.Context, s *aws.Session, inline []InlinePolicy, attached []string) ([]*policydoc.Document, bool) {
	var documents []*policydoc.Document
	complete := true
	for _, p := range inline {
		if p.Document == nil {
			complete = false
			continue
		}
		documents = append(documents, p.Document)
	}
	byARN, err := managedDocuments(ctx, s)
	for _, arn := range attached {
		d := byARN[arn]
		if err != nil || d == nil {
			complete = false
			continue
		}
		documents = append(documents, d)
	}
	return documents, complete
}

// managedDocuments returns the default versions of the managed policies by ARN.
func managedDocuments(ctx context.Context, s *aws.Session) (map[string]*policydoc.Document, error) {
	return aws.Shared(s, "iam managed documents", func() (map[string]*policydoc.Document, error) {
		list, err := managedPolicies(ctx, s)
		byARN := make(map[string]*policydoc.Document, len(list))
		for i := range list {
			byARN[aws.Value(list[i].Arn)] = defaultDocument(&list[i])
		}
		return byARN, err
	})
}

func allowsEverything(st *policydoc.Statement) bool {
	return st.Allows() && len(st.Conditions) == 0 && slices.ContainsFunc(st.Actions, isEvery) && slices.Contains(st.Resources, "*")
}

// allowsNearlyEverything finds what a list of exceptions or a condition may narrow.
func allowsNearlyEverything(st *policydoc.Statement) bool {
	return st.Allows() && (len(st.NotActions) > 0 || slices.ContainsFunc(st.Actions, isEvery))
}

func isEvery(action string) bool { return action == "*" || action == "*:*" }
