package teams

import "github.com/stance-sec/stance/internal/action/notify"

// message is what the workflow's trigger takes.
type message struct {
	Type        string       `json:"type"`
	Attachments []attachment `json:"attachments"`
}

type attachment struct {
	ContentType string  `json:"contentType"`
	ContentURL  *string `json:"contentUrl"`
	Content     card    `json:"content"`
}

type card struct {
	Schema  string   `json:"$schema"`
	Type    string   `json:"type"`
	Version string   `json:"version"`
	Body    []rich   `json:"body"`
	Actions []action `json:"actions,omitempty"`
}

// rich is a RichTextBlock: of the elements with text it is the one that gives Markdown no
// meaning.
type rich struct {
	Type    string `json:"type"`
	Inlines []run  `json:"inlines"`
}

type run struct {
	Type   string `json:"type"`
	Text   string `json:"text"`
	Weight string `json:"weight,omitempty"`
	Size   string `json:"size,omitempty"`
	Color  string `json:"color,omitempty"`
}

type action struct {
	Type  string `json:"type"`
	Title string `json:"title"`
	URL   string `json:"url"`
}

// mostItems is how many alerts of many a card lists.
const mostItems = 15

// render returns the card with texts of at most the given number of characters.
func render(a *notify.Alert, most int) message {
	c := card{Schema: "http://adaptivecards.io/schemas/adaptive-card.json", Type: "AdaptiveCard", Version: "1.4"}
	add := func(runs ...run) { c.Body = append(c.Body, rich{"RichTextBlock", runs}) }
	add(run{Type: "TextRun", Text: a.Subject(min(most, 200)), Weight: "Bolder", Size: "Medium", Color: color(a)})
	if message := notify.Line(a.Message, most); message != "" {
		add(run{Type: "TextRun", Text: message})
	}
	for _, f := range a.Facts() {
		add(run{Type: "TextRun", Text: f.Name + ": ", Weight: "Bolder"}, run{Type: "TextRun", Text: notify.Line(f.Value, most)})
	}
	if fix := notify.Line(a.Fix, most); fix != "" {
		add(run{Type: "TextRun", Text: "How to fix it: ", Weight: "Bolder"}, run{Type: "TextRun", Text: fix})
	}
	for _, line := range a.ItemLines(mostItems, min(most, 150)) {
		add(run{Type: "TextRun", Text: line})
	}
	if link := a.WebLink(); link != "" {
		c.Actions = []action{{"Action.OpenUrl", "Open in Stance", link}}
	}
	return message{"message", []attachment{{ContentType: "application/vnd.microsoft.card.adaptive", Content: c}}}
}

func color(a *notify.Alert) string {
	switch {
	case a.Resolves():
		return "Good"
	case a.Band() == "critical" || a.Band() == "high":
		return "Attention"
	case a.Band() == "medium":
		return "Warning"
	}
	return "Default"
}
