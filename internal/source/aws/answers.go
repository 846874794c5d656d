package aws

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// beginning is how much of an answer is looked at.
const beginning = 512

// xmlServices answer in XML although they are not asked with a form.
var xmlServices = []string{"S3", "S3 Control", "CloudFront", "Route 53"}

// plainAnswers are their operations that answer with a document of another kind.
var plainAnswers = []string{"GetBucketPolicy"}

// onlyAnswers refuses successes that cannot be an answer of the service: the web page of a
// proxy, nothing at all, or no XML where XML is spoken. The SDK reads those as answers in
// which every setting is absent, and absent would become false.
var onlyAnswers = middleware.DeserializeMiddlewareFunc("StanceOnlyAnswers", func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
	out, metadata, err := next.HandleDeserialize(ctx, in)
	response, ok := out.RawResponse.(*smithyhttp.Response)
	if err != nil || !ok || response.StatusCode != http.StatusOK || response.Body == nil {
		return out, metadata, err
	}
	request, ok := in.Request.(*smithyhttp.Request)
	if !ok || request.Method == http.MethodHead {
		return out, metadata, nil
	}
	body := bufio.NewReaderSize(response.Body, beginning)
	start, err := body.Peek(beginning)
	if err != nil && !errors.Is(err, io.EOF) {
		return out, metadata, &smithy.DeserializationError{Err: err}
	}
	xml := speaksXML(ctx, request)
	response.Body = readCloser{body, response.Body}
	if xml {
		response.Body = readCloser{printable{body}, response.Body}
	}
	if words := noAnswer(start, xml); words != "" {
		return out, metadata, &smithy.DeserializationError{Err: errors.New(words)}
	}
	return out, metadata, nil
})

type readCloser struct {
	io.Reader
	io.Closer
}

// printable puts a question mark for each control character that XML forbids: one in the
// name of a thing would otherwise hide the whole list that it stands in.
type printable struct{ io.Reader }

func (p printable) Read(into []byte) (int, error) {
	n, err := p.Reader.Read(into)
	for i, c := range into[:n] {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			into[i] = '?'
		}
	}
	return n, err
}

func speaksXML(ctx context.Context, r *smithyhttp.Request) bool {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return true
	}
	return slices.Contains(xmlServices, awsmiddleware.GetServiceID(ctx)) && !slices.Contains(plainAnswers, middleware.GetOperationName(ctx))
}

// noAnswer says why the beginning of a body is none of an answer; "" when it may be.
func noAnswer(start []byte, xml bool) string {
	start = bytes.TrimSpace(bytes.TrimPrefix(start, []byte("\xef\xbb\xbf")))
	lower := bytes.ToLower(start)
	switch {
	case len(start) == 0:
		return "the answer is empty"
	case start[0] == '<' && (bytes.HasPrefix(lower, []byte("<!doctype html")) || bytes.Contains(lower, []byte("<html"))):
		return "the answer is a web page"
	case xml && start[0] != '<':
		return "the answer is not XML"
	}
	return ""
}
