package event

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/estate"
)

// MaxMessage is how long a message may be, in bytes: as much as SQS takes.
const MaxMessage = 1 << 20

// details are the kinds of EventBridge events that carry a record of CloudTrail.
var details = map[string]bool{
	"AWS API Call via CloudTrail":        true,
	"AWS Console Sign In via CloudTrail": true,
	"AWS Service Event via CloudTrail":   true,
}

// envelope is an EventBridge event ("Amazon EventBridge event structure"), or the SNS
// notification around one ("Amazon SNS message formats").
type envelope struct {
	DetailType string          `json:"detail-type"`
	Source     string          `json:"source"`
	Account    string          `json:"account"`
	Region     string          `json:"region"`
	Detail     json.RawMessage `json:"detail"`

	Type    string `json:"Type"`
	Message string `json:"Message"`
}

// record is what is used of "CloudTrail record contents".
type record struct {
	EventID      string       `json:"eventID"`
	EventTime    string       `json:"eventTime"`
	EventSource  string       `json:"eventSource"`
	EventName    string       `json:"eventName"`
	AWSRegion    string       `json:"awsRegion"`
	SourceIP     string       `json:"sourceIPAddress"`
	ErrorCode    string       `json:"errorCode"`
	ErrorMessage string       `json:"errorMessage"`
	ReadOnly     any          `json:"readOnly"`
	Recipient    string       `json:"recipientAccountId"`
	Identity     userIdentity `json:"userIdentity"`
	Resources    any          `json:"resources"`
	Request      any          `json:"requestParameters"`
	Response     any          `json:"responseElements"`
	Service      any          `json:"serviceEventDetails"`
}

type userIdentity struct {
	Type      string `json:"type"`
	ARN       string `json:"arn"`
	AccountID string `json:"accountId"`
	InvokedBy string `json:"invokedBy"`
	Session   struct {
		Issuer struct {
			ARN string `json:"arn"`
		} `json:"sessionIssuer"`
	} `json:"sessionContext"`
}

// Parse reads one message of a queue: an event as EventBridge delivers it, alone or in a
// notification of SNS. An error means that the message is malformed, or lies about whose
// it is; it holds nothing of the message.
func Parse(raw []byte) (Event, Verdict, error) {
	e, err := open(raw)
	if err != nil {
		return Event{}, "", err
	}
	if e.Type == "Notification" && e.Detail == nil {
		if e, err = open([]byte(e.Message)); err != nil {
			return Event{}, "", err
		}
	}
	if !details[e.DetailType] {
		if e.DetailType == "" {
			return Event{}, "", malformed("it is no event")
		}
		return Event{}, Other, nil
	}
	var r record
	if err := json.Unmarshal(e.Detail, &r); err != nil {
		return Event{}, "", malformed("its detail is no record of CloudTrail")
	}
	if r.Recipient != e.Account || !strings.HasPrefix(e.Source, "aws.") {
		return Event{}, "", malformed("the account that sent it is not the one it tells of")
	}
	event, err := r.event()
	if err != nil {
		return Event{}, "", err
	}
	switch {
	case event.ErrorCode != "":
		return event, Failed, nil
	case event.ReadOnly:
		return event, ReadOnly, nil
	}
	return event, Taken, nil
}

func open(raw []byte) (envelope, error) {
	var e envelope
	if len(raw) > MaxMessage {
		return e, malformed("it is too long")
	}
	if err := json.Unmarshal(raw, &e); err != nil {
		return e, malformed("it is not the JSON of an event")
	}
	return e, nil
}

func malformed(words string) error {
	return estate.Errorf(estate.CodeInvalid, "understand an event", "%s", words)
}

func (r record) event() (Event, error) {
	at, err := time.Parse(time.RFC3339, r.EventTime)
	switch {
	case err != nil:
		return Event{}, malformed("it names no time")
	case !isAccount(r.Recipient):
		return Event{}, malformed("it names no account")
	case !isWord(r.EventID, "-") || !isWord(r.EventName, "_") || !isWord(r.EventSource, ".-"):
		return Event{}, malformed("it names no id, call or service")
	case r.AWSRegion != "" && !isWord(r.AWSRegion, "-"):
		return Event{}, malformed("it names no region")
	}
	code := r.ErrorCode
	if code == "" && r.ErrorMessage != "" {
		code = "error"
	}
	return Event{
		ID: r.EventID, Cloud: estate.AWS, Account: r.Recipient, Region: r.AWSRegion, Source: r.EventSource, Name: r.EventName,
		Time: at.UTC(), SourceIP: oneLine(r.SourceIP), ErrorCode: oneLine(code), ReadOnly: r.reads(), Names: r.names(),
		Actor: Actor{
			Type: oneLine(r.Identity.Type), ARN: oneLine(r.Identity.ARN), Role: oneLine(r.Identity.Session.Issuer.ARN),
			Account: oneLine(r.Identity.AccountID), InvokedBy: oneLine(r.Identity.InvokedBy),
		},
	}, nil
}

// readVerbs are the beginnings of calls that read, for records that do not say.
var readVerbs = []string{"Get", "List", "Describe", "BatchGet", "Head", "Lookup", "Search"}

func (r record) reads() bool {
	switch said := r.ReadOnly.(type) {
	case bool:
		return said
	case string:
		return said == "true"
	}
	for _, verb := range readVerbs {
		if strings.HasPrefix(r.EventName, verb) {
			return true
		}
	}
	return false
}

// oneLine bounds a text that is only shown.
func oneLine(text string) string {
	if len(text) > 2048 {
		text = text[:2048]
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
}

func isAccount(text string) bool {
	return len(text) == 12 && strings.Trim(text, "0123456789") == ""
}

// isWord reports whether text is up to 128 letters, digits and signs of the set.
func isWord(text, set string) bool {
	if text == "" || len(text) > 128 {
		return false
	}
	for _, r := range text {
		if (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && !strings.ContainsRune(set, r) {
			return false
		}
	}
	return true
}
