package bench

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// jobVariable hands a job to a child process.
const jobVariable = "STANCE_BENCH_JOB"

// resultMark stands before the result in what a child prints.
const resultMark = "stance-bench-result: "

// Child runs a job in a process of its own, so that its memory can be told from that of
// others: the test binary again, running only the test named, which calls Serve.
func Child[J, R any](tb testing.TB, test string, job J) R {
	tb.Helper()
	text, err := json.Marshal(job)
	if err != nil {
		tb.Fatal(err)
	}
	cmd := exec.CommandContext(tb.Context(), os.Args[0], "-test.run=^"+test+"$", "-test.v", "-test.timeout=30m")
	cmd.Env = append(os.Environ(), jobVariable+"="+string(text))
	out, err := cmd.CombinedOutput()
	if err != nil {
		tb.Fatalf("%s: %v\n%s", text, err, out)
	}
	result, err := parseResult[R](out)
	if err != nil {
		tb.Fatalf("%s: %v\n%s", text, err, out)
	}
	return result
}

func parseResult[R any](out []byte) (R, error) {
	var result R
	_, rest, found := bytes.Cut(out, []byte(resultMark))
	if !found {
		return result, errors.New("the child gave no result")
	}
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	err := json.Unmarshal(line, &result)
	return result, err
}

// Serve does the job that Child handed to this process, and skips the test when there
// is none.
func Serve[J, R any](t *testing.T, do func(J) R) {
	t.Helper()
	text := os.Getenv(jobVariable)
	if text == "" {
		t.Skip("it does the jobs of benchmarks in a process of their own")
	}
	var job J
	if err := json.Unmarshal([]byte(text), &job); err != nil {
		t.Fatal(err)
	}
	result, err := json.Marshal(do(job))
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(resultMark + string(result))
}
