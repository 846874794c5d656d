package reach_test

import (
	"testing"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/reach"
)

// shelf is an inventory in memory.
type shelf map[estate.Scope][]string

func (s shelf) Coverage() []estate.Coverage {
	var list []estate.Coverage
	for scope := range s {
		list = append(list, estate.Coverage{Scope: scope, Status: estate.CoverageOK})
	}
	return list
}

func (s shelf) Each(scope estate.Scope, yield func([]byte) error) error {
	for _, line := range s[scope] {
		if err := yield([]byte(line)); err != nil {
			return err
		}
	}
	return nil
}

const (
	first  = "arn:aws:ec2:r:1:instance/i-1"
	second = "arn:aws:ec2:r:2:instance/i-2"
)

func machines() shelf {
	line := func(id, name string) string {
		return `{"id":"` + id + `","type":"aws_instance","cloud":"aws","account":"1","region":"r","name":"` + name + `","config":{"state":"running","interfaces":[],"public_addresses":[]}}`
	}
	return shelf{{Cloud: estate.AWS, Account: "1", Region: "r", Type: "aws_instance"}: {line(first, "web"), line(second, "web")}}
}

func TestNamed(t *testing.T) {
	t.Parallel()
	e, err := reach.Load(machines())
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]int{first: 1, "i-1": 1, "instance/i-2": 1, "web": 2, "eb": 0, "-1": 0, "": 0} {
		if got := e.Named(text); len(got) != want {
			t.Errorf("%q stands for %v, not for %d", text, got, want)
		}
	}
	if a := e.Between(first, second); a.Verdict == estate.Yes {
		t.Errorf("machines without interfaces reach each other: %+v", a)
	}
}

func TestLoadTellsOfDamage(t *testing.T) {
	t.Parallel()
	s := machines()
	for scope := range s {
		s[scope] = append(s[scope], `{"type":"aws_instance"`)
	}
	if _, err := reach.Load(s); err == nil {
		t.Error("a cut line is taken for a resource")
	}
}
