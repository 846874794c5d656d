package escalate_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/analysis/identity/decide"
	"github.com/stance-sec/stance/internal/analysis/identity/escalate"
	"github.com/stance-sec/stance/internal/analysis/identity/reference"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/policydoc"
)

const (
	account = "111122223333"
	iamRoot = "arn:aws:iam::" + account + ":"
)

// world is the estate of a case: a principal, a target and perhaps a workload.
type world struct {
	principal string
	layers    decide.Layers
	estate    escalate.Estate
	policies  map[string]*policydoc.Document
	rcps      [][]decide.Source
	managed   []escalate.ManagedPolicy
	unread    *estate.Unknown
}

func (w *world) Managed(string) ([]escalate.ManagedPolicy, *estate.Unknown) {
	return w.managed, w.unread
}

func (w *world) Subject(arn string) (decide.Principal, decide.Layers, bool) {
	if arn != w.principal {
		return decide.Principal{}, decide.Layers{}, false
	}
	who, ok := decide.ParsePrincipal(arn)
	return who, w.layers, ok
}

func (w *world) Target(arn string) (decide.Resource, [][]decide.Source) {
	r := decide.Resource{ARN: arn, Account: account, Policy: w.policies[arn]}
	return r, w.rcps
}

// find returns the edge of the rule that leads to the target, or to the principal
// itself, if there is one.
func (w *world) find(r escalate.Rule, self bool) (escalate.Edge, bool) {
	engine := escalate.New([]escalate.Rule{r}, &w.estate, escalate.NewDecider(w, reference.Load()))
	edges := engine.From(w.principal)
	i := slices.IndexFunc(edges, func(e escalate.Edge) bool { return e.Rule == r.ID && self == (e.To == w.principal) })
	if i < 0 {
		return escalate.Edge{}, false
	}
	return edges[i], true
}

// build makes the world of a case; what the case leaves out is as the rule needs it.
func build(t *testing.T, r escalate.Rule, c testCase) *world {
	t.Helper()
	w := &world{policies: map[string]*policydoc.Document{}}
	kind := c.From
	if kind == "" {
		kind = string(r.From)
	}
	if kind == "" {
		kind = "user"
	}
	w.principal = iamRoot + kind + "/mallory"
	w.layers = c.layers(t)
	if c.RCP != nil {
		denied := statements("Deny", c.RCP)
		for _, s := range denied {
			s.(map[string]any)["Principal"] = "*"
		}
		w.rcps = [][]decide.Source{{source(t, "rcp", denied)}}
	}
	for name, allowed := range c.Managed {
		w.managed = append(w.managed, escalate.ManagedPolicy{ARN: iamRoot + "policy/" + name, Doc: source(t, name, statements("Allow", allowed)).Doc})
	}
	if c.ManagedUnread {
		w.unread = &estate.Unknown{Path: "aws_iam_policy", Reason: estate.Denied}
	}
	me := escalate.Node{ARN: w.principal, Kind: escalate.Kind(kind), Account: account, Trust: document(t, trustOf(map[string]string{"AWS": iamRoot + "root"}, "sts:AssumeRole"))}
	target := w.target(t, r, c)
	me.Facts = target.Facts
	w.estate.Nodes = []escalate.Node{me, target}
	w.estate.SSOAccounts = []string{account}
	if r.Existing != "" {
		arn := c.Existing
		if arn == "" {
			arn = sampleARN(r.Existing)
		}
		w.estate.Workloads = []escalate.Workload{{ARN: arn, Type: r.Existing, Account: account, Role: target.ARN, Facts: target.Facts}}
	}
	return w
}

// target is what the rule leads to, or the role that its workload runs as.
func (w *world) target(t *testing.T, r escalate.Rule, c testCase) escalate.Node {
	t.Helper()
	n := escalate.Node{Kind: escalate.Kind(r.To), Account: account, Facts: escalate.Facts{}}
	switch r.To {
	case escalate.ToSSORole:
		n.Kind, n.SSO = escalate.Role, true
		n.ARN = iamRoot + "role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef"
	case escalate.ToWorkload:
		n.Kind, n.ARN = escalate.Role, iamRoot+"role/target"
	default:
		n.ARN = iamRoot + string(r.To) + "/target"
	}
	for _, f := range r.When {
		n.Facts[f.Fact] = estate.TriOf(f.Is)
	}
	for name, is := range c.Facts {
		n.Facts[name] = is
	}
	n.ServiceLinked = c.ServiceLinked
	if n.Kind == escalate.Role {
		n.Trust = document(t, c.trust(r))
		w.policies[n.ARN] = n.Trust
	}
	return n
}

// trust is the trust policy of the target: what the case says, or what the rule needs.
func (c *testCase) trust(r escalate.Rule) map[string]any {
	action := "sts:AssumeRole"
	who := map[string]string{"AWS": iamRoot + "root"}
	if r.Passes != nil {
		action = r.Passes.Trust
		who = map[string]string{"Service": r.Passes.To[0]}
		if action == "sts:AssumeRoleWithWebIdentity" {
			who = map[string]string{"Federated": r.Passes.To[0]}
		}
	}
	if len(c.Trust) > 0 {
		who = c.Trust
	}
	made := trustOf(who, action)
	if c.TrustIf != nil {
		made["Statement"].([]any)[0].(map[string]any)["Condition"] = c.TrustIf
	}
	return made
}

func trustOf(who map[string]string, action string) map[string]any {
	return map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{"Effect": "Allow", "Principal": who, "Action": action}}}
}

func document(t *testing.T, doc map[string]any) *policydoc.Document {
	t.Helper()
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := policydoc.Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return parsed
}

// layers are the policies around the principal of a case.
func (c *testCase) layers(t *testing.T) decide.Layers {
	t.Helper()
	var l decide.Layers
	identity := append(statements("Allow", c.Allow), statements("Deny", c.Deny)...)
	l.Identity = []decide.Source{source(t, "identity", identity)}
	if c.Unreadable {
		l.Identity = append(l.Identity, decide.Source{Name: "unread", Unknown: &estate.Unknown{Path: "document", Reason: estate.Denied}})
	}
	if c.Boundary != nil {
		boundary := source(t, "boundary", statements("Allow", c.Boundary))
		l.Boundary = &boundary
	}
	if c.SCP != nil {
		full := statements("Allow", []statement{{Action: "*"}})
		l.SCPs = [][]decide.Source{{source(t, "scp", append(full, statements("Deny", c.SCP)...))}}
	}
	return l
}

func source(t *testing.T, name string, list []any) decide.Source {
	t.Helper()
	return decide.Source{Name: name, Doc: document(t, map[string]any{"Version": "2012-10-17", "Statement": list})}
}

func statements(effect string, list []statement) []any {
	out := []any{}
	for _, s := range list {
		made := map[string]any{"Effect": effect, "Action": s.Action, "Resource": "*"}
		if s.NotAction != nil {
			delete(made, "Action")
			made["NotAction"] = s.NotAction
		}
		if s.Resource != "" {
			made["Resource"] = s.Resource
		}
		if s.Condition != nil {
			made["Condition"] = s.Condition
		}
		out = append(out, made)
	}
	return out
}

// sampleARN is the ARN of a workload of the type.
func sampleARN(kind string) string {
	ids := map[string]string{
		"aws_lambda_function": "lambda:us-east-1:%s:function:existing", "aws_instance": "ec2:us-east-1:%s:instance/i-0123456789abcdef0",
		"aws_launch_template":     "ec2:us-east-1:%s:launch-template/lt-0123456789abcdef0",
		"aws_ecs_task_definition": "ecs:us-east-1:%s:task-definition/existing:1", "aws_ecs_service": "ecs:us-east-1:%s:service/cluster/existing",
		"aws_ecs_task": "ecs:us-east-1:%s:task/cluster/0123456789abcdef", "aws_glue_job": "glue:us-east-1:%s:job/existing",
		"aws_glue_dev_endpoint": "glue:us-east-1:%s:devEndpoint/existing", "aws_codebuild_project": "codebuild:us-east-1:%s:project/existing",
		"aws_codepipeline": "codepipeline:us-east-1:%s:existing", "aws_cloudformation_stack": "cloudformation:us-east-1:%s:stack/existing/0123",
		"aws_cloudformation_stack_set":    "cloudformation:us-east-1:%s:stackset/existing:0123",
		"aws_sagemaker_notebook_instance": "sagemaker:us-east-1:%s:notebook-instance/existing", "aws_apprunner_service": "apprunner:us-east-1:%s:service/existing/0123",
		"aws_bedrockagentcore_code_interpreter": "bedrock-agentcore:us-east-1:%s:code-interpreter-custom/existing",
		"aws_bedrockagentcore_browser":          "bedrock-agentcore:us-east-1:%s:browser-custom/existing",
		"aws_bedrockagentcore_agent_runtime":    "bedrock-agentcore:us-east-1:%s:runtime/existing",
		"aws_batch_job_definition":              "batch:us-east-1:%s:job-definition/existing:1", "aws_codedeploy_deployment_group": "codedeploy:us-east-1:%s:deploymentgroup:app/existing",
		"aws_sfn_state_machine": "states:us-east-1:%s:stateMachine:existing", "aws_emr_cluster": "elasticmapreduce:us-east-1:%s:cluster/j-existing",
		"aws_datapipeline_pipeline": "datapipeline:us-east-1:%s:pipeline/df-existing",
		"aws_sagemaker_app":         "sagemaker:us-east-1:%s:app/d-1/user/jupyterlab/existing", "aws_sagemaker_user_profile": "sagemaker:us-east-1:%s:user-profile/d-1/existing",
		"aws_eks_cluster": "eks:us-east-1:%s:cluster/existing", "aws_mwaa_environment": "airflow:us-east-1:%s:environment/existing",
		"aws_cognito_identity_pool":         "cognito-identity:us-east-1:%s:identitypool/us-east-1:0123",
		"aws_iam_saml_provider":             "iam::%s:saml-provider/existing",
		"aws_elastic_beanstalk_environment": "elasticbeanstalk:us-east-1:%s:environment/app/existing",
	}
	form, ok := ids[kind]
	if !ok {
		panic("no sample of " + kind)
	}
	return "arn:aws:" + strings.Replace(form, "%s", account, 1)
}

func describe(e escalate.Edge) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s -> %s %s", e.From, e.To, e.Verdict)
	for _, s := range e.Steps {
		fmt.Fprintf(&b, "\n  %s on %q: %s %s %s", s.Action, s.Resource, s.Answer.Verdict, s.Answer.By, s.Answer.Residue)
	}
	return b.String()
}
