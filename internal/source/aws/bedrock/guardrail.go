package bedrock

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/bedrock"
	"github.com/aws/aws-sdk-go-v2/service/bedrock/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Guardrail filters what models are asked and answer. It is read as it is being worked on,
// not in its published versions.
type Guardrail struct {
	// Status is READY when it can be used.
	Status string `json:"status"`
	// Version is DRAFT, or the number of the version read.
	Version string `json:"version"`
	// KMSKey is the key for it; empty for a key of AWS.
	KMSKey string `json:"kms_key"`
	// Filters are the filters for kinds of content.
	Filters []Filter `json:"filters"`
	// PersonalData are the kinds of personal data that it looks for.
	PersonalData []PersonalData `json:"personal_data"`
	// Patterns is how many patterns of its own it looks for.
	Patterns int `json:"patterns"`
	// Topics is how many subjects it refuses.
	Topics int `json:"topics"`
	// Words is how many words and lists of words it refuses.
	Words int `json:"words"`
	// Grounding is whether answers are held against their sources.
	Grounding bool `json:"grounding"`
}

// Filter is a filter for a kind of content.
type Filter struct {
	// Kind is PROMPT_ATTACK, HATE, INSULTS, SEXUAL, VIOLENCE or MISCONDUCT.
	Kind string `json:"kind"`
	// Input is how strictly questions are filtered: NONE, LOW, MEDIUM or HIGH.
	Input string `json:"input"`
	// Output is how strictly answers are filtered.
	Output string `json:"output"`
	// BlocksInput is whether questions that it finds are stopped, and not only reported.
	BlocksInput bool `json:"blocks_input"`
}

// PersonalData is a kind of personal data.
type PersonalData struct {
	// Kind is what is looked for, such as EMAIL or AWS_SECRET_KEY.
	Kind string `json:"kind"`
	// Action is BLOCK, ANONYMIZE or NONE.
	Action string `json:"action"`
}

// guarded are the fields that GetGuardrail fills.
var guarded = []string{"kms_key", "filters", "personal_data", "patterns", "topics", "words", "grounding"}

var guardrail = source.Type[*aws.Session, Guardrail]{
	Name:     "aws_bedrock_guardrail",
	Service:  "bedrock",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListGuardrails", Permission: "bedrock:ListGuardrails"},
		{Op: "GetGuardrail", Permission: "bedrock:GetGuardrail", Fills: guarded},
		{Op: "ListTagsForResource", Permission: "bedrock:ListTagsForResource", Fills: []string{"tags"}},
	},
	Refresh: []string{"CreateGuardrail", "UpdateGuardrail", "DeleteGuardrail", "TagResource", "UntagResource"},
	Gone:    []string{"ResourceNotFoundException"},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[Guardrail])) error {
		size := int32(100)
		pages := sdk.NewListGuardrailsPaginator(client(s), &sdk.ListGuardrailsInput{MaxResults: &size})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, g := range page.Guardrails {
				d := &source.Draft[Guardrail]{ID: aws.Value(g.Arn), Name: aws.Value(g.Name), Created: aws.Value(g.CreatedAt).In(time.UTC)}
				d.Config.Status, d.Config.Version = string(g.Status), aws.Value(g.Version)
				found(d)
			}
		}
		return nil
	},
	Detail: readGuardrail,
	Facets: func(d *source.Draft[Guardrail]) {
		d.Offer(facet.Encryption{AtRest: estate.Yes, CustomerKey: d.Tri("kms_key", d.Config.KMSKey != ""), KeyID: d.Config.KMSKey, InTransit: estate.Yes})
	},
}

func readGuardrail(ctx context.Context, s *aws.Session, d *source.Draft[Guardrail]) error {
	d.Try(guarded[0], func() error {
		out, err := client(s).GetGuardrail(ctx, &sdk.GetGuardrailInput{GuardrailIdentifier: &d.ID})
		if err != nil {
			return err
		}
		d.Config.fill(out)
		d.Relate(estate.EncryptedBy, d.Config.KMSKey)
		return nil
	}, guarded[1:]...)
	readTags(ctx, s, d)
	return nil
}

func (g *Guardrail) fill(out *sdk.GetGuardrailOutput) {
	g.KMSKey = aws.Value(out.KmsKeyArn)
	if p := out.ContentPolicy; p != nil {
		for _, f := range p.Filters {
			g.Filters = append(g.Filters, filter(f))
		}
	}
	if p := out.SensitiveInformationPolicy; p != nil {
		g.Patterns = len(p.Regexes)
		for _, e := range p.PiiEntities {
			g.PersonalData = append(g.PersonalData, PersonalData{Kind: string(e.Type), Action: string(e.Action)})
		}
	}
	if out.TopicPolicy != nil {
		g.Topics = len(out.TopicPolicy.Topics)
	}
	if p := out.WordPolicy; p != nil {
		g.Words = len(p.Words) + len(p.ManagedWordLists)
	}
	g.Grounding = out.ContextualGroundingPolicy != nil && len(out.ContextualGroundingPolicy.Filters) > 0
}

// filter reads a filter for content; without an action or switch it blocks.
func filter(f types.GuardrailContentFilter) Filter {
	return Filter{
		Kind: string(f.Type), Input: string(f.InputStrength), Output: string(f.OutputStrength),
		BlocksInput: f.InputAction != types.GuardrailContentFilterActionNone && (f.InputEnabled == nil || *f.InputEnabled) && f.InputStrength != types.GuardrailFilterStrengthNone,
	}
}
