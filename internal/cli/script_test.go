package cli_test

import (
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/stance-sec/stance/internal/cli"
	"github.com/stance-sec/stance/internal/source/azure/azuretest"
)

// The scripts in testdata/script run the command line as a process of its own, with the
// environment, pipes and exit code that a user has. Beyond testscript's own commands
// they have:
//
//	ends CODE stance ...        run, and expect the exit code
//	complains CODE stance ...   the same, and one line that says what is wrong, and a hint
//	saverun DIR FILE [stopped] [version=V]   write a saved run from JSON lines
//	halve FILE                  cut a file in two and keep the first half
//
// $COMPANY is a file for saverun; $AZURE_URL and $AZURE_CA are a local Azure.

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"stance": cli.Main})
}

func TestScripts(t *testing.T) {
	t.Parallel()
	double := azuretest.New(read[azuretest.Estate](t, "azure.json"))
	t.Cleanup(double.Close)
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: double.Server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	company, err := filepath.Abs("testdata/company.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", RequireExplicitExec: true, RequireUniqueNames: true,
		Setup: func(e *testscript.Env) error {
			e.Vars = append(e.Vars,
				"COMPANY="+company, "XDG_STATE_HOME="+filepath.Join(e.WorkDir, "state"),
				"AWS_EC2_METADATA_DISABLED=true", "AWS_REGION=us-east-1", "AWS_CONFIG_FILE=none", "AWS_SHARED_CREDENTIALS_FILE=none",
				"AZURE_URL="+double.URL, "AZURE_CA="+ca, "AZURE_TENANT_ID=22222222-2222-2222-2222-222222222222",
				"AZURE_CLIENT_ID=33333333-3333-3333-3333-333333333333", "AZURE_CLIENT_SECRET=right")
			return nil
		},
		Condition: func(name string) (bool, error) {
			if name != "full-disk" {
				return false, errors.New("no such condition")
			}
			_, err := os.Stat("/dev/full")
			return err == nil, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"ends": ends, "complains": complains, "saverun": saveRun, "halve": halve,
		},
	})
}

// ends runs a command that must end with the code that stands before it.
func ends(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: ends CODE COMMAND ...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		code = exit.ExitCode()
	}
	if code != want {
		ts.Fatalf("exit code %d, not %d", code, want)
	}
}

// complains is ends for a command that must say in one line what is wrong, with a hint
// at most, and show nothing of a panic.
func complains(ts *testscript.TestScript, neg bool, args []string) {
	ends(ts, neg, args)
	stderr := ts.ReadFile("stderr")
	if !strings.HasPrefix(stderr, "stance: ") || strings.Count(stderr, "\n") > 2 || strings.Contains(stderr, "goroutine") {
		ts.Fatalf("not one line and a hint:\n%s", stderr)
	}
}

func saveRun(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: saverun DIR FILE [stopped] [version=V]")
	}
	s := savedRun{dir: ts.MkAbs(args[0]), file: ts.MkAbs(args[1])}
	for _, arg := range args[2:] {
		version, is := strings.CutPrefix(arg, "version=")
		switch {
		case is:
			s.version = version
		case arg == "stopped":
			s.stopped = true
		default:
			ts.Fatalf("saverun: what is %q?", arg)
		}
	}
	ts.Check(s.write())
}

func halve(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: halve FILE")
	}
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), info.Size()/2))
}
