package main

import (
	"regexp"
	"strings"

	"github.com/stance-sec/stance/internal/analysis/identity/reference"
)

// content is what the data file will say. Names of actions and keys are lower-case in
// the keys of maps.
type content struct {
	date     string
	sources  []reference.Source
	services map[string]reference.Service
	actions  map[string]*action
	types    map[string]reference.ResourceType // by service and lower-case name
	keys     map[string]keyDef
}

type action struct {
	name      string
	level     reference.Level
	keys      []string
	resources []use
	// dependents are lower-case names.
	dependents map[string]bool
}

// use is a resource type of an action.
type use struct {
	typ      string // key of content.types
	required bool
	keys     []string
}

type keyDef struct {
	name  string
	typ   reference.KeyType
	multi bool
}

var placeholder = regexp.MustCompile(`\$\{[^}]*\}|<[^>]*>|tag-key$`)

// form replaces what is filled in by "*".
func form(text string) string { return placeholder.ReplaceAllString(text, "*") }

func typeKey(service, name string) string { return service + " " + strings.ToLower(name) }

// level reads AWS's class of an action; the narrower of two counts.
func level(text string) reference.Level {
	switch {
	case strings.Contains(text, "Permissions"):
		return reference.Permissions
	case strings.Contains(text, "Tagging"):
		return reference.Tagging
	case strings.Contains(text, "Write"):
		return reference.Write
	case strings.Contains(text, "Read"):
		return reference.Read
	case strings.Contains(text, "List"):
		return reference.List
	default:
		return reference.UnknownLevel
	}
}

// keyType reads a type such as ArrayOfString.
func keyType(text string) (typ reference.KeyType, multi bool) {
	text, multi = strings.CutPrefix(text, "ArrayOf")
	types := map[string]reference.KeyType{
		"string": reference.String, "arn": reference.ARN, "bool": reference.Bool, "numeric": reference.Numeric,
		"date": reference.Date, "ipaddress": reference.IPAddress,
	}
	return types[strings.ToLower(text)], multi
}
