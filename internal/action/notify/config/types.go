package config

import (
	"maps"
	"slices"
)

// value is the kind of value that a setting takes.
type value int

const (
	aText    value = iota // text that anybody may see
	aSecret               // a reference to a secret
	anURL                 // a URL, or a reference to one
	aList                 // texts
	aChoice               // one of the choices
	aNumber               // a whole number from 1 to 65535
	aFlag                 // true or false
	required = true
)

// setting is one setting of a type of channel.
type setting struct {
	kind    value
	must    bool
	choices []string
}

// kind is a type of channel.
type kind struct {
	single   bool
	settings map[string]setting
}

// plain allows http to other machines.
var plain = setting{kind: aFlag}

// types are the types of channel with their settings.
var types = map[string]kind{
	"slack": {settings: map[string]setting{"url": {kind: aSecret, must: required}, "plain_http": plain}},
	"teams": {settings: map[string]setting{"url": {kind: aSecret, must: required}, "plain_http": plain}},
	"email": {settings: map[string]setting{
		"host": {must: required}, "port": {kind: aNumber}, "tls": {kind: aChoice, choices: []string{"starttls", "implicit", "none"}},
		"user": {}, "password": {kind: aSecret}, "from": {must: required}, "to": {kind: aList, must: required},
	}},
	"pagerduty": {single: true, settings: map[string]setting{
		"routing_key": {kind: aSecret, must: required}, "url": {}, "plain_http": plain,
	}},
	"jira": {single: true, settings: map[string]setting{
		"url": {must: required}, "user": {must: required}, "token": {kind: aSecret, must: required},
		"project": {must: required}, "issue_type": {}, "plain_http": plain,
	}},
	"servicenow": {single: true, settings: map[string]setting{
		"url": {must: required}, "user": {must: required}, "password": {kind: aSecret, must: required},
		"table": {}, "assignment_group": {}, "plain_http": plain,
	}},
	"webhook": {settings: map[string]setting{
		"url": {kind: anURL, must: required}, "secret": {kind: aSecret, must: required}, "authorization": {kind: aSecret}, "plain_http": plain,
	}},
	"syslog": {single: true, settings: map[string]setting{
		"address": {must: required}, "protocol": {kind: aChoice, choices: []string{"udp", "tcp", "tls"}, must: required}, "host_name": {},
	}},
}

// Types returns the types of channel, sorted.
func Types() []string { return slices.Sorted(maps.Keys(types)) }
