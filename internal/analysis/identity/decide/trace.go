package decide

import (
	"fmt"

	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// Match is how a statement stands to a request.
type Match uint8

// The ways: it does not apply, it applies, it applies if the request meets its open
// conditions, it cannot be judged.
const (
	NoMatch Match = iota
	Matches
	MatchesIf
	Unjudged
)

// Element is the part of a statement that settled how it stands to a request.
type Element uint8

// The elements. Whole means all of them.
const (
	Whole Element = iota
	PrincipalElement
	ActionElement
	ResourceElement
	ConditionElement
)

// Note is a rule of AWS that a step stands for.
type Note uint8

// The rules.
const (
	NoNote Note = iota
	NoteManagementAccount
	NoteServiceLinked
	NoteNotInAccount
	NoteRCPUnsupported
	NoteAWSManaged
	NoteRootUser
	NoteTrustNotConsulted
	NotePassRoleOtherAccount
	NoteRootCannotAssume
	NoteCallerIdentity
	NoteDangling
	NoteKMSGrants
	NoteNoPolicy
	NoteNoAllow
	NoteRootRepairs
	NoteProtectedRole
	NotePublicBlocked
	NoteSessionToken
	NoteSessionHasToken
	NoteNobodyCannotAssume
)

var noteTexts = [...]string{
	NoteManagementAccount:    "the management account is exempt",
	NoteServiceLinked:        "service-linked roles are exempt",
	NoteNotInAccount:         "the principal belongs to no account",
	NoteRCPUnsupported:       "the service or action is not subject to resource control policies",
	NoteAWSManaged:           "keys that AWS manages are exempt",
	NoteRootUser:             "the root user needs no identity policy and has no boundary",
	NoteTrustNotConsulted:    "the trust policy of a role is about assuming it only",
	NotePassRoleOtherAccount: "a role cannot be passed to another account",
	NoteRootCannotAssume:     "the root user cannot assume roles",
	NoteCallerIdentity:       "every authenticated caller may ask who it is, whatever policies say",
	NoteSessionToken:         "users may always ask for a session of their own, whatever policies say",
	NoteSessionHasToken:      "only long-lived credentials may ask for a session of their own",
	NoteNobodyCannotAssume:   "only who signs with credentials can assume a role, so everyone means every account",
	NoteDangling:             "the principal is the unique id of a deleted user or role, which matches nobody",
	NoteKMSGrants:            "a KMS grant, which is no policy, may still permit this",
	NoteNoPolicy:             "there is no policy",
	NoteNoAllow:              "nothing allows",
	NoteProtectedRole:        "the role belongs to a service, and nobody of the account may change it",
	NotePublicBlocked:        "Block Public Access closes a public policy to callers of other accounts",
	NoteRootRepairs:          "a bucket policy cannot shut the root user of its account out of the policy itself",
}

// String returns the rule in words.
func (n Note) String() string {
	if int(n) >= len(noteTexts) {
		return ""
	}
	return noteTexts[n]
}

// Step is one line of a trace: a statement and how it stands to the request, or a
// rule that applied.
type Step struct {
	// Source is the policy; nil for a rule about the layer. Do not change it.
	Source *Source
	// Level is that of an SCP or RCP, from 0 for the root; 0 for other layers.
	Level int32
	// Index is the position of the statement; -1 for a rule, or for a policy that
	// could not be read.
	Index int32
	// Condition is the position among the statement's conditions of the one that
	// failed; -1 unless Element is ConditionElement.
	Condition int32
	Layer     Layer
	Match     Match
	// Element is the one that kept the statement from matching, or that is open.
	Element Element
	Note    Note
}

// Statement returns the statement the step is about; nil for a rule.
func (s *Step) Statement() *policydoc.Statement {
	if s.Source == nil || s.Source.Doc == nil || s.Index < 0 {
		return nil
	}
	return &s.Source.Doc.Statements[s.Index]
}

// String returns the step as a sentence. It quotes a policy: escape it.
func (s *Step) String() string {
	place := s.Layer.String()
	if s.Layer == SCP || s.Layer == RCP {
		place = fmt.Sprintf("%s level %d", place, s.Level)
	}
	if s.Source != nil && s.Source.Name != "" {
		place += " " + s.Source.Name
	}
	statement := s.Statement()
	switch {
	case statement == nil && s.Note != NoNote:
		return place + ": " + noteTexts[s.Note]
	case statement == nil:
		return place + ": could not be read"
	}
	text := fmt.Sprintf("%s statement %d", place, s.Index)
	if statement.SID != "" {
		text += " (" + statement.SID + ")"
	}
	return text + ": " + statement.Effect + s.how(statement)
}

func (s *Step) how(statement *policydoc.Statement) string {
	switch s.Match {
	case Matches:
		return " applies"
	case MatchesIf:
		return " applies if the request meets its conditions"
	case Unjudged:
		return " cannot be judged: " + s.what(statement)
	case NoMatch:
	}
	if s.Note != NoNote {
		return " does not apply: " + noteTexts[s.Note]
	}
	return " does not apply: " + s.what(statement)
}

// what names the element that settled the step.
func (s *Step) what(statement *policydoc.Statement) string {
	switch s.Element {
	case PrincipalElement:
		return "its principals"
	case ActionElement:
		return "its actions"
	case ResourceElement:
		return "its resources"
	case ConditionElement:
		if s.Condition >= 0 && int(s.Condition) < len(statement.Conditions) {
			c := statement.Conditions[s.Condition]
			return "its condition " + c.Operator + " " + c.Key
		}
		return "its conditions"
	default:
		return "its elements"
	}
}
