package storetest

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/store"
)

// ref points at a bucket of an account.
func ref(account, id string) estate.Ref {
	s := in(account)
	return estate.Ref{ID: id, Type: s.Type, Cloud: s.Cloud, Account: account, Region: s.Region, Name: id}
}

// fails is a failing finding.
func fails(account, id, check string, severity estate.Severity) estate.Finding {
	return estate.Finding{
		Key: estate.FindingKey(check, ref(account, id), ""), Check: check, Title: "The check " + check, Status: estate.Fail, Severity: severity,
		Message: "It does not.", Resource: ref(account, id), Evidence: []estate.Evidence{{Path: "logging", Value: json.RawMessage("null")}}, Unknown: []estate.Unknown{},
	}
}

func unknown(f estate.Finding) estate.Finding {
	f.Status, f.Unknown = estate.UnknownStatus, []estate.Unknown{{Path: "logging", Reason: estate.Denied}}
	return f
}

// judge keeps what is wrong with resources of an account.
func (b *bench) judge(when time.Time, account string, ids []string, findings ...estate.Finding) []store.Transition {
	b.Helper()
	return b.judged(store.Judged{Account: account, At: when, Keys: keys(account, ids...), Findings: findings})
}

// whole ends the judging of an account.
func (b *bench) whole(when time.Time, account string, ids []string, findings ...estate.Finding) []store.Transition {
	b.Helper()
	return b.judged(store.Judged{Account: account, At: when, Whole: true, Keys: keys(account, ids...), Findings: findings})
}

func (b *bench) judged(j store.Judged) []store.Transition {
	b.Helper()
	told, err := b.Judge(b.Context(), j)
	b.must(err)
	return told
}

func keys(account string, ids ...string) []store.Key {
	list := []store.Key{}
	for _, id := range ids {
		list = append(list, store.Key{Account: account, ID: id})
	}
	return list
}

// kinds are transitions in short.
func kinds(list []store.Transition) []string {
	out := []string{}
	for _, t := range list {
		s := t.Kind + " " + t.Resource.ID
		if t.First {
			s += " first"
		}
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}

// open returns the findings of a state as "resource check", sorted by the list.
func (b *bench) findings(query store.FindingQuery) []string {
	b.Helper()
	page, err := b.Findings(b.Context(), query)
	b.must(err)
	out := []string{}
	for _, f := range page.Items {
		out = append(out, f.Resource.ID+" "+f.Check)
	}
	return out
}

func counts(list []store.Count) string {
	var parts []string
	for _, c := range list {
		raw, _ := json.Marshal(c.Count)
		parts = append(parts, c.Name+"="+string(raw))
	}
	return strings.Join(parts, " ")
}

func (b *bench) openBy(by string) string {
	b.Helper()
	list, err := b.Open(b.Context(), everything, by)
	b.must(err)
	return counts(list)
}

func anHourForHigh(severity estate.Severity, _ string) (time.Duration, bool) {
	return time.Hour, severity == estate.High
}

var postureTests = []test{
	{"TheBacklogLastsUntilTheFirstReadingEnds", func(b *bench) {
		b.read(in("1"), at(1), thing{id: "a"}, thing{id: "b"}, thing{id: "c"})
		b.judged(store.Judged{Account: "1", At: at(2), Whole: true, Backlog: true, Keys: keys("1", "a"), Findings: []estate.Finding{fails("1", "a", "x", estate.Low)}})
		told := b.whole(at(3), "1", []string{"b"}, fails("1", "b", "x", estate.Low))
		equal(b, kinds(told), []string{"new b first"})
		equal(b, kinds(b.judge(at(4), "1", []string{"c"}, fails("1", "c", "x", estate.Low))), []string{"new c"})
	}},
	{"AFindingOpensAndCloses", func(b *bench) {
		b.read(in("1"), at(1), thing{id: "a"}, thing{id: "b"})
		f := fails("1", "a", "logging", estate.High)
		equal(b, kinds(b.whole(at(1), "1", []string{"a", "b"}, f)), []string{"new a first"})
		equal(b, kinds(b.judge(at(2), "1", []string{"a", "b"}, f, fails("1", "b", "logging", estate.High))), []string{"new b"})
		equal(b, kinds(b.judge(at(3), "1", []string{"a"})), []string{"resolved a"})
		equal(b, kinds(b.judge(at(4), "1", []string{"a"}, f)), []string{"regressed a"})
		got, err := b.Finding(b.Context(), everything, f.Key)
		b.must(err)
		if !got.Regressed || !got.Since.Equal(at(4)) || !got.Until.IsZero() {
			b.Errorf("it is %+v", got)
		}
		equal(b, got.Finding, f)
		for minute, want := range map[int]int{0: 0, 1: 1, 2: 2, 3: 1, 4: 2} {
			if got := b.findings(store.FindingQuery{At: at(minute)}); len(got) != want {
				b.Errorf("at %d there are %v", minute, got)
			}
		}
	}},
	{"UnknownClosesNothing", func(b *bench) {
		f := fails("1", "a", "logging", estate.High)
		b.judge(at(1), "1", []string{"a"}, f)
		equal(b, kinds(b.judge(at(2), "1", []string{"a"}, unknown(f))), []string{})
		got, err := b.Finding(b.Context(), everything, f.Key)
		b.must(err)
		if !got.Unproven.Equal(at(2)) || got.Status != estate.Fail || !got.Until.IsZero() {
			b.Errorf("it is %+v", got)
		}
		equal(b, b.findings(store.FindingQuery{}), []string{"a logging"})
		equal(b, b.findings(store.FindingQuery{State: "unproven"}), []string{"a logging"})
		equal(b, b.findings(store.FindingQuery{State: "unknown"}), []string{})
		b.judge(at(3), "1", []string{"a"}, unknown(f))
		if again, err := b.Finding(b.Context(), everything, f.Key); err != nil || !again.Unproven.Equal(at(2)) {
			b.Errorf("unproven since %v, %v", again.Unproven, err)
		}
		equal(b, kinds(b.judge(at(4), "1", []string{"a"}, f)), []string{})
		if again, err := b.Finding(b.Context(), everything, f.Key); err != nil || !again.Unproven.IsZero() || !again.Since.Equal(at(1)) {
			b.Errorf("it is %+v, %v", again, err)
		}
		b.judge(at(5), "1", []string{"a"}, unknown(f))
		equal(b, kinds(b.judge(at(6), "1", []string{"a"})), []string{"resolved a first"})
	}},
	{"UnknownIsListedApart", func(b *bench) {
		f := fails("1", "a", "logging", estate.High)
		equal(b, kinds(b.judge(at(1), "1", []string{"a"}, unknown(f))), []string{})
		equal(b, b.findings(store.FindingQuery{}), []string{})
		equal(b, b.findings(store.FindingQuery{State: "unknown"}), []string{"a logging"})
		equal(b, kinds(b.judge(at(2), "1", []string{"a"}, f)), []string{"new a first"})
		equal(b, b.findings(store.FindingQuery{State: "unknown"}), []string{})
		equal(b, b.findings(store.FindingQuery{State: "unknown", At: at(1)}), []string{"a logging"})
		b.judge(at(3), "1", []string{"a"})
		b.judge(at(4), "1", []string{"a"}, unknown(f))
		equal(b, b.findings(store.FindingQuery{State: "resolved"}), []string{"a logging"})
		equal(b, b.findings(store.FindingQuery{State: "unknown"}), []string{"a logging"})
		b.judge(at(5), "1", []string{"a"})
		equal(b, b.findings(store.FindingQuery{State: "all"}), []string{"a logging"})
	}},
	{"WholeClosesWhatIsGoneAndCounts", func(b *bench) {
		b.read(in("1"), at(1), thing{id: "a"}, thing{id: "b"})
		b.whole(at(1), "1", []string{"a", "b"}, fails("1", "a", "logging", estate.High), fails("1", "b", "logging", estate.Low))
		b.read(in("1"), at(2), thing{id: "b"})
		told := b.judged(store.Judged{Account: "1", At: at(3), Whole: true, Counts: map[string]store.Verdicts{"logging": {Pass: 3, Fail: 1, Unknown: 2}}})
		equal(b, kinds(told), []string{"resolved a"})
		b.judged(store.Judged{Account: "2", At: at(3), Whole: true, Counts: map[string]store.Verdicts{"logging": {Pass: 1}, "other": {NotApplicable: 1}}})
		for _, c := range []struct {
			see  store.Visible
			at   time.Time
			want map[string]store.Verdicts
		}{
			{everything, time.Time{}, map[string]store.Verdicts{"logging": {Pass: 4, Fail: 1, Unknown: 2}, "other": {NotApplicable: 1}}},
			{store.Visible{OnlyAccounts: []string{"1"}}, time.Time{}, map[string]store.Verdicts{"logging": {Pass: 3, Fail: 1, Unknown: 2}}},
			{everything, at(2), map[string]store.Verdicts{}},
		} {
			got, err := b.Verdicts(b.Context(), c.see, c.at)
			b.must(err)
			equal(b, got, c.want)
		}
		b.judged(store.Judged{Account: "1", At: at(4), Whole: true, Counts: map[string]store.Verdicts{"new": {Pass: 1}}})
		got, err := b.Verdicts(b.Context(), store.Visible{OnlyAccounts: []string{"1"}}, time.Time{})
		b.must(err)
		equal(b, got, map[string]store.Verdicts{"new": {Pass: 1}})
	}},
	{"CountersFollow", func(b *bench) {
		b.read(in("1"), at(1), thing{id: "a"}, thing{id: "b"})
		b.must(b.Mean(b.Context(), []store.Meaning{{Key: store.Key{Account: "1", ID: "a"}, Owner: "red"}}))
		b.judge(at(1), "1", []string{"a", "b"}, fails("1", "a", "logging", estate.High), fails("1", "a", "public", estate.Critical), fails("1", "b", "logging", estate.High))
		equal(b, b.openBy("severity"), "critical=1 high=2")
		equal(b, b.openBy("check"), "logging=2 public=1")
		equal(b, b.openBy("owner"), "red=2 =1")
		b.must(b.Mean(b.Context(), []store.Meaning{{Key: store.Key{Account: "1", ID: "a"}, Owner: "blue"}, {Key: store.Key{Account: "1", ID: "b"}, Owner: "blue"}}))
		equal(b, b.openBy("owner"), "blue=3")
		equal(b, b.openBy("type"), "aws_s3_bucket=3")
		r, err := b.Resource(b.Context(), everything, store.Key{Account: "1", ID: "a"}, time.Time{})
		b.must(err)
		equal(b, r.Failing, map[string]int{"critical": 1, "high": 1})
		b.judge(at(2), "1", []string{"a"}, fails("1", "a", "logging", estate.Medium))
		equal(b, b.openBy("severity"), "high=1 medium=1")
		r, err = b.Resource(b.Context(), everything, store.Key{Account: "1", ID: "a"}, time.Time{})
		b.must(err)
		equal(b, r.Failing, map[string]int{"medium": 1})
		_, err = b.Open(b.Context(), everything, "colour")
		b.refuses(estate.CodeInvalid, err)
	}},
	{"AnExceptionSetsAside", func(b *bench) {
		f, g := fails("1", "a", "logging", estate.High), fails("1", "b", "public", estate.High)
		e := store.Exception{ID: "e1", Subject: "check", Key: "logging", Accounts: []string{"1"}, Approved: "eve", Expires: at(5)}
		waiting := store.Exception{ID: "e2", Subject: "finding", Key: g.Key, Expires: at(9)}
		b.must(b.PutException(b.Context(), e))
		b.must(b.PutException(b.Context(), waiting))
		equal(b, kinds(b.judge(at(1), "1", []string{"a", "b"}, f, g)), []string{"new b first"})
		equal(b, b.findings(store.FindingQuery{}), []string{"b public"})
		equal(b, b.findings(store.FindingQuery{State: "excepted"}), []string{"a logging"})
		got, err := b.Finding(b.Context(), everything, f.Key)
		b.must(err)
		equal(b, got.Exception, "e1")
		equal(b, b.openBy("check"), "public=1")
		b.must(b.PutException(b.Context(), store.Exception{ID: "e3", Subject: "resource", Key: "a", Approved: "eve", Expires: at(4)}))
		e.Ended = at(1)
		b.must(b.PutException(b.Context(), e))
		equal(b, kinds(b.judge(at(1), "1", []string{"a", "b"}, f, g)), []string{})
		if got, err = b.Finding(b.Context(), everything, f.Key); err != nil || got.Exception != "e3" {
			b.Errorf("it is set aside by %q, %v", got.Exception, err)
		}
		waiting.Approved = "eve"
		b.must(b.PutException(b.Context(), waiting))
		equal(b, kinds(b.judge(at(2), "1", []string{"a", "b"}, f, g)), []string{})
		equal(b, b.findings(store.FindingQuery{}), []string{})
		equal(b, b.findings(store.FindingQuery{At: at(1)}), []string{"b public"})
		equal(b, kinds(b.judge(at(5), "1", []string{"a", "b"}, f, g)), []string{"new a first"})
		equal(b, kinds(b.judge(at(6), "1", []string{"a", "b"})), []string{"resolved a first"})
	}},
	{"DueDatesFollowSeverity", func(b *bench) {
		f := fails("1", "a", "logging", estate.High)
		b.judged(store.Judged{Account: "1", At: at(1), Keys: keys("1", "a"), Findings: []estate.Finding{f, fails("1", "a", "x", estate.Low)}, Due: anHourForHigh})
		got, err := b.Finding(b.Context(), everything, f.Key)
		b.must(err)
		if !got.Due.Equal(at(61)) {
			b.Errorf("due %v", got.Due)
		}
		equal(b, b.findings(store.FindingQuery{PageRequest: store.PageRequest{Sort: "due"}}), []string{"a logging", "a x"})
	}},
	{"CausesAreToldAndKept", func(b *bench) {
		f := fails("1", "a", "logging", estate.High)
		why := store.Cause{Event: "event-7", Actor: "mallory", Call: "s3:PutBucketAcl", Happened: at(0)}
		told := b.judged(store.Judged{Account: "1", At: at(1), Keys: keys("1", "a"), Findings: []estate.Finding{f}, Causes: map[store.Key]store.Cause{{Account: "1", ID: "a"}: why}})
		if len(told) != 1 || told[0].Cause != why || told[0].Severity != estate.High || told[0].Resource != f.Resource {
			b.Errorf("told %+v", told)
		}
		b.judge(at(2), "1", []string{"a"}, f)
		got, err := b.Finding(b.Context(), everything, f.Key)
		b.must(err)
		equal(b, got.Cause, why)
	}},
	{"WhatWasNotJudgedIsRefused", func(b *bench) {
		for _, j := range []store.Judged{
			{At: at(1)},
			{Account: "1", Keys: keys("1", "a")},
			{Account: "1", At: at(1), Keys: keys("2", "a")},
			{Account: "1", At: at(1), Keys: keys("1", "a"), Findings: []estate.Finding{fails("1", "b", "x", estate.Low)}},
			{Account: "1", At: at(1), Keys: keys("1", "a"), Findings: []estate.Finding{fails("2", "a", "x", estate.Low)}},
		} {
			_, err := b.Judge(b.Context(), j)
			b.refuses(estate.CodeInvalid, err)
		}
		_, err := b.Finding(b.Context(), everything, "nothing")
		b.refuses(estate.CodeNotFound, err)
		_, err = b.Findings(b.Context(), store.FindingQuery{State: "odd"})
		b.refuses(estate.CodeInvalid, err)
		_, err = b.Findings(b.Context(), store.FindingQuery{Severities: []estate.Severity{"odd"}})
		b.refuses(estate.CodeInvalid, err)
	}},
}
