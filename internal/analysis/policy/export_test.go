package policy

import (
	"github.com/valyala/fastjson"

	"github.com/stance-sec/stance/internal/estate/facet"
)

// DecodeRule opens decodeRule to tests.
func DecodeRule(data []byte) (facet.Rule, error) {
	v, err := fastjson.ParseBytes(data)
	if err != nil {
		return facet.Rule{}, err
	}
	return decodeRule(v), nil
}
