// Package awstest stands in for AWS in tests: one fake that answers every operation
// of every service from a text archive, counts what was asked, and refuses what it
// is told to refuse.
package awstest

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	"golang.org/x/tools/txtar"

	"github.com/stance-sec/stance/internal/source/aws"
)

// The account and region of the fake.
const (
	Account = "123456789012"
	Region  = "eu-west-1"
)

// Fake answers operations from the files of an archive:
//
//	ListBuckets.json                     the answer, in the SDK's field names
//	ListBuckets.page2.json               the answer to a request with the token "page2"
//	GetBucketPolicy@logs.json            the answer when some input field is "logs"
//	{"$error": "NoSuchBucketPolicy"}     as content: the service's error
//
// An operation without a file fails the test. It may be used concurrently.
type Fake struct {
	files map[string]json.RawMessage
	mu    sync.Mutex
	deny  map[string]string
	calls map[string]int

	session *aws.Session
}

// NewFake returns a fake that answers from the archive's .json files.
func NewFake(archive *txtar.Archive) *Fake {
	f := &Fake{files: map[string]json.RawMessage{}, deny: map[string]string{}, calls: map[string]int{}}
	for _, file := range archive.Files {
		f.files[strings.TrimSuffix(file.Name, ".json")] = file.Data
	}
	return f
}

// Refuse makes the operation fail with the service error code.
func (f *Fake) Refuse(op, code string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.deny[op] = code
}

// Calls returns the operations asked for, sorted.
func (f *Fake) Calls() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	ops := make([]string, 0, len(f.calls))
	for op := range f.calls {
		ops = append(ops, op)
	}
	slices.Sort(ops)
	return ops
}

// Session returns a session whose every request the fake answers.
func (f *Fake) Session() *aws.Session {
	config := sdk.Config{
		Region:      Region,
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
		APIOptions: []func(*middleware.Stack) error{func(stack *middleware.Stack) error {
			return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("fake", f.answer), middleware.After)
		}},
	}
	f.session = aws.NewSession(config, "aws", Account, Region)
	return f.session
}

func (f *Fake) answer(ctx context.Context, in middleware.InitializeInput, _ middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
	op := middleware.GetOperationName(ctx)
	out := middleware.InitializeOutput{}
	if err := ctx.Err(); err != nil {
		return out, middleware.Metadata{}, err
	}
	f.mu.Lock()
	f.calls[op]++
	code, denied := f.deny[op]
	f.mu.Unlock()
	if denied {
		return out, middleware.Metadata{}, failure(op, code)
	}
	result, err := f.result(op, in.Parameters)
	out.Result = result
	return out, middleware.Metadata{}, err
}

func (f *Fake) result(op string, input any) (any, error) {
	raw, ok := f.find(op, input)
	if !ok {
		return nil, fmt.Errorf("awstest: no answer for %s%s in the archive", op, strings.Join(texts(reflect.ValueOf(input)), ","))
	}
	var fails struct {
		Code string `json:"$error"`
	}
	if json.Unmarshal(raw, &fails) == nil && fails.Code != "" {
		return nil, failure(op, fails.Code)
	}
	out := f.newOutput(input, op)
	if out == nil {
		return nil, fmt.Errorf("awstest: operation %s belongs to no client of the session", op)
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return nil, fmt.Errorf("awstest: %s: %w", op, err)
	}
	return out, nil
}

// find prefers the file for a page, then the one for an input value, then the plain one.
func (f *Fake) find(op string, input any) (json.RawMessage, bool) {
	values := texts(reflect.ValueOf(input))
	for _, v := range values {
		if strings.HasPrefix(v, "page") {
			raw, ok := f.files[op+"."+v]
			return raw, ok
		}
	}
	for _, v := range values {
		if raw, ok := f.files[op+"@"+strings.NewReplacer("/", "_", ":", "_").Replace(v)]; ok {
			return raw, true
		}
	}
	raw, ok := f.files[op]
	return raw, ok
}

// texts returns the texts in an input's fields and lists of texts.
func texts(v reflect.Value) []string {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	var out []string
	switch v.Kind() {
	case reflect.String:
		out = append(out, v.String())
	case reflect.Slice:
		for i := range v.Len() {
			out = append(out, texts(v.Index(i))...)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				out = append(out, texts(v.Field(i))...)
			}
		}
	}
	return out
}

func failure(op, code string) error {
	return &smithy.OperationError{ServiceID: "fake", OperationName: op, Err: &smithy.GenericAPIError{Code: code, Message: "refused by the test"}}
}
