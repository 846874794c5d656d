package policy

import (
	"github.com/valyala/fastjson"

	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

// DecodeRule opens decodeRule to tests.
func DecodeRule(data []byte) (facet.Rule, error) {
	v, err := fastjson.ParseBytes(data)
	if err != nil {
		return facet.Rule{}, err
	}
	return decodeRule(v), nil
}

// DecodePolicy opens decodePolicy to tests.
func DecodePolicy(data []byte) (*policydoc.Document, error) {
	v, err := fastjson.ParseBytes(data)
	if err != nil {
		return nil, err
	}
	return decodePolicy(v)
}
