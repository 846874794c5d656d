// Package channels opens the channels of a configuration: the one place that knows all
// types of channel.
package channels

import (
	"errors"
	"os"
	"strconv"
	"strings"

	"github.com/stance-sec/stance/internal/action/notify"
	"github.com/stance-sec/stance/internal/action/notify/config"
	"github.com/stance-sec/stance/internal/action/notify/email"
	"github.com/stance-sec/stance/internal/action/notify/jira"
	"github.com/stance-sec/stance/internal/action/notify/pagerduty"
	"github.com/stance-sec/stance/internal/action/notify/servicenow"
	"github.com/stance-sec/stance/internal/action/notify/slack"
	"github.com/stance-sec/stance/internal/action/notify/syslog"
	"github.com/stance-sec/stance/internal/action/notify/teams"
	"github.com/stance-sec/stance/internal/action/notify/webhook"
	"github.com/stance-sec/stance/internal/estate"
)

// Channels are open channels by name.
type Channels map[string]notify.Channel

// Open returns the channels of the configuration with their secrets, which come from the
// look-up of environment variables, such as os.LookupEnv, and from files. It opens no
// connection. The error names every channel that cannot be opened, and holds no secret.
func Open(c *config.Config, env func(name string) (string, bool)) (Channels, error) {
	all := Channels{}
	var errs []error
	for i := range c.Channels {
		s := &settings{Channel: &c.Channels[i], env: env}
		ch, err := s.open()
		if s.err != nil {
			err = s.err // what the channel says of an empty secret helps nobody
		}
		if err != nil {
			op := "open channel " + c.Channels[i].Name
			errs = append(errs, estate.Errorf(estate.CodeInvalid, op, "%w", err).WithHint(estate.HintOf(err)))
			continue
		}
		all[c.Channels[i].Name] = ch
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return all, nil
}

// open returns the channel. Secrets that cannot be read are in s.err.
func (s *settings) open() (notify.Channel, error) {
	plain := s.Get("plain_http") == "true"
	switch s.Type {
	case "slack":
		return slack.New(s.Name, slack.Config{URL: s.secret("url"), Plain: plain})
	case "teams":
		return teams.New(s.Name, teams.Config{URL: s.secret("url"), Plain: plain})
	case "email":
		return email.New(s.Name, email.Config{
			Host: s.Get("host"), Port: s.number("port"), TLS: s.Get("tls"), User: s.Get("user"), Password: s.secret("password"),
			From: s.Get("from"), To: s.Settings["to"],
		})
	case "pagerduty":
		return pagerduty.New(s.Name, pagerduty.Config{RoutingKey: s.secret("routing_key"), URL: s.Get("url"), Plain: plain})
	case "jira":
		return jira.New(s.Name, jira.Config{
			URL: s.Get("url"), User: s.Get("user"), Token: s.secret("token"), Project: s.Get("project"), Type: s.Get("issue_type"), Plain: plain,
		})
	case "servicenow":
		return servicenow.New(s.Name, servicenow.Config{
			URL: s.Get("url"), User: s.Get("user"), Password: s.secret("password"), Table: s.Get("table"),
			Group: s.Get("assignment_group"), Plain: plain,
		})
	case "webhook":
		return webhook.New(s.Name, webhook.Config{
			URL: s.secret("url"), Secret: s.secret("secret"), Authorization: s.secret("authorization"), Plain: plain,
		})
	case "syslog":
		return syslog.New(s.Name, syslog.Config{Protocol: s.Get("protocol"), Address: s.Get("address"), HostName: s.Get("host_name")})
	}
	return nil, estate.Errorf(estate.CodeInternal, "open the channel", "nothing opens the type %q", s.Type)
}

// settings reads the settings of one channel.
type settings struct {
	*config.Channel
	env func(string) (string, bool)
	err error // the first secret that could not be read
}

func (s *settings) number(name string) int {
	n, err := strconv.Atoi(s.Get(name))
	if err != nil {
		return 0 // not set: the file was checked
	}
	return n
}

// mostSecret bounds the file of a secret, in bytes.
const mostSecret = 64 << 10

// secret returns what the setting refers to; the text itself where it is no reference.
func (s *settings) secret(name string) notify.Secret {
	text := s.Get(name)
	if variable, ok := strings.CutPrefix(text, "env:"); ok {
		value, found := s.env(variable)
		if !found || value == "" {
			s.fail(estate.Errorf(estate.CodeNotFound, "read "+name, "the environment variable %s is not set", variable))
		}
		return notify.NewSecret(value)
	}
	if file, ok := strings.CutPrefix(text, "file:"); ok {
		return s.file(name, file)
	}
	return notify.NewSecret(text)
}

// file returns the content of the file without the line end that editors add.
func (s *settings) file(name, file string) notify.Secret {
	info, err := os.Stat(file)
	if err == nil && (!info.Mode().IsRegular() || info.Size() > mostSecret) {
		s.fail(estate.Errorf(estate.CodeInvalid, "read "+name, "%s is no file of at most %d bytes", file, mostSecret))
		return notify.Secret{}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		s.fail(estate.Errorf(estate.CodeIO, "read "+name, "%w", err))
		return notify.Secret{}
	}
	value := strings.TrimRight(string(data), "\r\n")
	if value == "" {
		s.fail(estate.Errorf(estate.CodeInvalid, "read "+name, "%s is empty", file))
	}
	return notify.NewSecret(value)
}

func (s *settings) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}
