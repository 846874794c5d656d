package picture

// What runs containers: a service runs tasks of a definition, which names their role.
const (
	taskService    = "aws_ecs_service"
	taskDefinition = "aws_ecs_task_definition"
)

// tasks give container services the roles of their task definitions, in whichever order
// the two are read.
type tasks struct {
	roles    map[string][]string
	services map[string][]*workload
}

func newTasks() tasks {
	return tasks{roles: map[string][]string{}, services: map[string][]*workload{}}
}

// defined takes in the roles of a definition.
func (t tasks) defined(id string, roles []string) {
	t.roles[id] = roles
	for _, w := range t.services[id] {
		w.runsAs = append(w.runsAs, roles...)
	}
}

// served takes in a service that runs tasks of a definition.
func (t tasks) served(id string, w *workload) {
	t.services[id] = append(t.services[id], w)
	w.runsAs = append(w.runsAs, t.roles[id]...)
}
