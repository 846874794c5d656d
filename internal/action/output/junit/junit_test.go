package junit_test

import (
	"encoding/xml"
	"testing"

	"github.com/stance-sec/stance/internal/action/output/junit"
	"github.com/stance-sec/stance/internal/action/output/outputtest"
)

func TestFormat(t *testing.T) {
	outputtest.Run(t, outputtest.Format{New: junit.New, Extension: "xml", Check: check})
}

type suites struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Suites   []struct {
		Name  string `xml:"name,attr"`
		Tests int    `xml:"tests,attr"`
		Cases []struct {
			Name    string    `xml:"name,attr"`
			Failure *struct{} `xml:"failure"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

func check(t *testing.T, data []byte) {
	t.Helper()
	var all suites
	if err := xml.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	tests, failures := 0, 0
	for _, s := range all.Suites {
		if len(s.Cases) != s.Tests {
			t.Errorf("suite %q says %d tests and has %d", s.Name, s.Tests, len(s.Cases))
		}
		tests += s.Tests
		for _, c := range s.Cases {
			if c.Failure != nil {
				failures++
			}
		}
	}
	if tests != all.Tests || failures != all.Failures {
		t.Errorf("%d tests and %d failures, and the document says %d and %d", tests, failures, all.Tests, all.Failures)
	}
}
