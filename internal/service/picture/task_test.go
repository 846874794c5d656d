package picture_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stance-sec/stance/internal/estate"
)

// A container service acts as the role that its task definition names, whichever of the
// two is read first.
func TestContainerServicesActAsTheirTasks(t *testing.T) {
	t.Parallel()
	const definition, role = "arn:aws:ecs:r:1:task-definition/web:3", "arn:aws:iam::1:role/task"
	line := func(kind, id, config, relation, target string) string {
		return fmt.Sprintf(`{"id":%q,"type":%q,"cloud":"aws","account":"1","region":"r","name":"x","config":%s,"relations":[{"kind":%q,"target":%q}]}`, id, kind, config, relation, target)
	}
	lines := map[string]string{
		"aws_ecs_service": line("aws_ecs_service", "arn:aws:ecs:r:1:service/c/web",
			`{"status":"ACTIVE","running_tasks":1,"assign_public_ip":true,"subnets":["subnet-1"],"security_groups":["sg-1"]}`, "runs-image", definition),
		"aws_ecs_task_definition": line("aws_ecs_task_definition", definition, `{}`, "runs-as", role),
	}
	for _, other := range []string{"runs-as", "none"} {
		s := shelf{}
		for kind, text := range lines {
			if kind == "aws_ecs_task_definition" && other == "none" {
				text = line(kind, definition, `{}`, "runs-image", "nginx")
			}
			scope := estate.Scope{Cloud: estate.AWS, Account: "1", Region: "r", Type: kind}
			s[scope] = append(s[scope], []byte(text))
		}
		var want []string
		if other == "runs-as" {
			want = []string{"runs-as"}
		}
		if got := steps(drawn(t, s), "service/c/web", "role/task"); !slices.Equal(got, want) {
			t.Errorf("with %s the service leads to the role by %v, want %v", other, got, want)
		}
	}
}
