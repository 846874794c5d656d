package channels_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/action/notify/channels"
	"github.com/stance-sec/stance/internal/action/notify/config"
)

// secrets are what the example refers to.
func secrets(name string) (string, bool) {
	v, ok := map[string]string{
		"SLACK_DATA_TEAM": "https://hooks.slack.com/services/T/B/hunter2hunter2", "SMTP_PASSWORD": "hunter2hunter2",
		"PAGERDUTY_KEY": "hunter2hunter2", "JIRA_TOKEN": "hunter2hunter2", "HOOK_SECRET": "hunter2hunter2hunter2hunter2",
	}[name]
	return v, ok
}

// example returns the example of the documentation with its files of secrets in a folder.
func example(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("../config/testdata/notify.yaml")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{"teams": "https://example.logic.azure.com/workflows/hunter2hunter2\n", "servicenow": "hunter2hunter2\r\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return strings.ReplaceAll(string(data), "/run/secrets", dir)
}

func parse(t *testing.T, text string) *config.Config {
	t.Helper()
	c, err := config.Parse("notify.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEveryTypeOpens(t *testing.T) {
	t.Parallel()
	c := parse(t, example(t))
	all, err := channels.Open(c, secrets)
	if err != nil {
		t.Fatal(err)
	}
	types := map[string]bool{}
	for i := range c.Channels {
		if all[c.Channels[i].Name] == nil {
			t.Errorf("channel %s is not open", c.Channels[i].Name)
		}
		types[c.Channels[i].Type] = true
	}
	for _, name := range config.Types() {
		if !types[name] {
			t.Errorf("type %s was not tried", name)
		}
	}
	for _, verb := range []string{"%v", "%+v", "%#v"} {
		for name, ch := range all {
			if text := fmt.Sprintf(verb, ch); strings.Contains(text, "hunter2") {
				t.Errorf("%s shows its secret: %s", name, text)
			}
		}
	}
}

func TestSecretsThatAreNotThere(t *testing.T) {
	t.Parallel()
	c := parse(t, strings.ReplaceAll(example(t), "/teams", "/nowhere"))
	none := func(string) (string, bool) { return "", false }
	all, err := channels.Open(c, none)
	if err == nil || all != nil {
		t.Fatalf("%v, %v", all, err)
	}
	for _, want := range []string{
		"open channel data-team: read url: the environment variable SLACK_DATA_TEAM is not set", "open channel everyone: read url: ",
		"open channel mail: ", "open channel oncall: ", "open channel tickets: ", "open channel hook: ",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v\nlacks %s", err, want)
		}
	}
	if strings.Contains(err.Error(), "records") || strings.Contains(err.Error(), "siem") {
		t.Errorf("a channel that opens is named: %v", err)
	}
}

func TestASecretThatIsNoneIsNotShown(t *testing.T) {
	t.Parallel()
	_, err := channels.Open(parse(t, example(t)), func(string) (string, bool) { return "gopher://hunter2", true })
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("error %v", err)
	}
}

func TestASecretIsAFile(t *testing.T) {
	t.Parallel()
	c := parse(t, strings.ReplaceAll(example(t), "/teams", ""))
	if _, err := channels.Open(c, secrets); err == nil || !strings.Contains(err.Error(), "is no file of at most") {
		t.Errorf("error %v", err)
	}
}
