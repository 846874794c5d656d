package picture

import (
	"bytes"
	"encoding/json"

	"github.com/valyala/fastjson"

	"github.com/stance-sec/stance/internal/estate"
)

// made reports whether a resource may carry the provider's marks of what made it.
func made(line []byte) bool {
	if !bytes.Contains(line, []byte(`"aws:`)) {
		return false // as for nearly all
	}
	return bytes.Contains(line, []byte(`"aws:ec2launchtemplate:id"`)) || bytes.Contains(line, []byte(`"aws:autoscaling:groupName"`)) ||
		bytes.Contains(line, []byte(`"aws:cloudformation:stack-name"`)) || bytes.Contains(line, []byte(`"aws:elasticmapreduce:job-flow-id"`))
}

func take[T any](line []byte, with func(*T)) error {
	var r T
	if err := json.Unmarshal(line, &r); err != nil {
		return estate.Errorf(estate.CodeInvalid, "read a resource", "%w", err)
	}
	with(&r)
	return nil
}

// header is a line with nothing but names and tags.
func header(ref estate.Ref, v *fastjson.Value) []byte {
	h := struct {
		estate.Ref
		Tags map[string]string `json:"tags,omitempty"`
	}{Ref: ref}
	if tags := v.GetObject("tags"); tags != nil {
		h.Tags = map[string]string{}
		tags.Visit(func(key []byte, value *fastjson.Value) { h.Tags[string(key)] = string(value.GetStringBytes()) })
	}
	line, err := json.Marshal(h)
	if err != nil {
		return nil // texts always marshal
	}
	return line
}

// handsOut tells whether the metadata service answers a request that carries no token.
func handsOut(v *fastjson.Value) estate.Tri {
	metadata := v.Get("config", "metadata")
	if metadata == nil || isUnknown(v, "metadata") {
		return estate.Maybe
	}
	return estate.TriOf(metadata.GetBool("enabled") && !metadata.GetBool("tokens_required"))
}

func isUnknown(v *fastjson.Value, path string) bool {
	for _, u := range v.GetArray("unknown") {
		if text(u, "path") == path {
			return true
		}
	}
	return false
}

func refOf(v *fastjson.Value) estate.Ref {
	return estate.Ref{ID: text(v, "id"), Type: text(v, "type"), Cloud: estate.Cloud(text(v, "cloud")),
		Account: text(v, "account"), Region: text(v, "region"), Name: text(v, "name")}
}

func targets(v *fastjson.Value, kind estate.RelationKind) []string {
	var list []string
	for _, r := range v.GetArray("relations") {
		if text(r, "kind") == string(kind) {
			list = append(list, text(r, "target"))
		}
	}
	return list
}

func text(v *fastjson.Value, keys ...string) string { return string(v.GetStringBytes(keys...)) }
