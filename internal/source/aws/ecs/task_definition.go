package ecs

import (
	"context"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// TaskDefinition is the recipe of a task, in a revision that runs now or that is the newest
// active one of its family. Other revisions, of which accounts keep thousands, are not read.
type TaskDefinition struct {
	// Family is its name without the revision.
	Family string `json:"family"`
	// Revision counts its versions.
	Revision int `json:"revision"`
	// Status is ACTIVE, or INACTIVE when it may only go on running.
	Status string `json:"status"`
	// NetworkMode is awsvpc, bridge, host or none; empty means the platform's default.
	NetworkMode string `json:"network_mode"`
	// PIDMode is host when its containers see the processes of the machine, task when they
	// see each other's; empty when each is alone.
	PIDMode string `json:"pid_mode"`
	// IPCMode is host when its containers share memory with the machine; empty, none or
	// task otherwise.
	IPCMode string `json:"ipc_mode"`
	// TaskRole is the role its containers act with; empty when they have none.
	TaskRole string `json:"task_role"`
	// ExecutionRole is the role by which ECS pulls images and reads secrets for it.
	ExecutionRole string `json:"execution_role"`
	// Compatibilities are the launch types it was made for; empty when none was named.
	Compatibilities []string `json:"compatibilities"`
	// Windows is whether it runs on Windows.
	Windows bool `json:"windows"`
	// Containers are its containers.
	Containers []Container `json:"containers"`
	// Volumes are what its containers can mount.
	Volumes []Volume `json:"volumes"`
	// Services are the services that run it; empty when none does.
	Services []string `json:"services"`
	// RunningTasks is how many tasks run it, whoever started them.
	RunningTasks int `json:"running_tasks"`
	// Newest is whether it is the newest active revision of its family: what a start
	// without a revision runs.
	Newest bool `json:"newest"`
}

// Container is a container of a task.
type Container struct {
	// Name is its name.
	Name string `json:"name"`
	// Image is what it is started from.
	Image string `json:"image"`
	// Essential is whether the task stops with it.
	Essential bool `json:"essential"`
	// Privileged is whether it has the powers of the machine's root user.
	Privileged bool `json:"privileged"`
	// ReadonlyRoot is whether it cannot write to its own file system outside of volumes.
	ReadonlyRoot bool `json:"readonly_root"`
	// User is whom it runs as: user, user:group or numbers; empty leaves it to the image.
	User string `json:"user"`
	// Capabilities are the powers of the kernel added to those that Docker gives.
	Capabilities []string `json:"capabilities"`
	// Environment are its environment variables: names, never values.
	Environment []Variable `json:"environment"`
	// CommandSecrets are the kinds of credentials that its command or entry point looks to
	// hold; empty when none.
	CommandSecrets []string `json:"command_secrets"`
	// Secrets are the variables whose values come from a store of secrets.
	Secrets []Reference `json:"secrets"`
	// EnvironmentFiles are the objects in S3 that hold more variables.
	EnvironmentFiles []string `json:"environment_files"`
	// LogDriver is what takes its output, such as awslogs; empty when nothing was named.
	LogDriver string `json:"log_driver"`
	// LogGroup is the log group of awslogs; empty for other drivers.
	LogGroup string `json:"log_group"`
	// Ports are the ports it listens on.
	Ports []int `json:"ports"`
}

// Variable is an environment variable.
type Variable struct {
	// Name is its name.
	Name string `json:"name"`
	// Secrets are the kinds of credentials that its value looks like; empty when none.
	Secrets []string `json:"secrets"`
}

// Reference is a variable that takes its value from elsewhere.
type Reference struct {
	// Name is the variable.
	Name string `json:"name"`
	// From is the ARN or name of the secret or parameter.
	From string `json:"from"`
}

// Volume is something that containers of a task can mount.
type Volume struct {
	// Name is its name in the task.
	Name string `json:"name"`
	// HostPath is the directory of the machine; empty when it is none.
	HostPath string `json:"host_path"`
	// FileSystem is the id of the EFS file system; empty when it is none.
	FileSystem string `json:"file_system"`
	// EncryptedInTransit is whether the way to the EFS file system is encrypted.
	EncryptedInTransit bool `json:"encrypted_in_transit"`
	// AccessPoint is the EFS access point; empty when the whole file system is mounted.
	AccessPoint string `json:"access_point"`
	// IAM is whether the task's role decides over access to the EFS file system.
	IAM bool `json:"iam"`
}

// described are the fields that DescribeTaskDefinition fills.
var described = []string{
	"family", "revision", "status", "network_mode", "pid_mode", "ipc_mode", "task_role", "execution_role",
	"compatibilities", "windows", "containers", "volumes", "created", "tags",
}

var taskDefinition = source.Type[*aws.Session, TaskDefinition]{
	Name:     "aws_ecs_task_definition",
	Service:  "ecs",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "ListClusters", Permission: "ecs:ListClusters"},
		{Op: "ListServices", Permission: "ecs:ListServices"},
		{Op: "DescribeServices", Permission: "ecs:DescribeServices"},
		{Op: "ListTasks", Permission: "ecs:ListTasks"},
		{Op: "DescribeTasks", Permission: "ecs:DescribeTasks"},
		{Op: "ListTaskDefinitionFamilies", Permission: "ecs:ListTaskDefinitionFamilies"},
		{Op: "ListTaskDefinitions", Permission: "ecs:ListTaskDefinitions"},
		{Op: "DescribeTaskDefinition", Permission: "ecs:DescribeTaskDefinition", Fills: described},
	},
	Refresh: []string{"RegisterTaskDefinition", "DeregisterTaskDefinition", "DeleteTaskDefinitions", "CreateService", "UpdateService", "DeleteService", "CreateTaskSet", "RunTask", "StartTask"},
	List:    listTaskDefinitions,
	Detail:  readTaskDefinition,
	Facets:  taskDefinitionFacets,
}

func readTaskDefinition(ctx context.Context, s *aws.Session, d *source.Draft[TaskDefinition]) error {
	d.Try(described[0], func() error {
		out, err := client(s).DescribeTaskDefinition(ctx, &sdk.DescribeTaskDefinitionInput{
			TaskDefinition: &d.ID, Include: []types.TaskDefinitionField{types.TaskDefinitionFieldTags},
		})
		if err != nil {
			return err
		}
		if out.TaskDefinition == nil {
			return estate.Errorf(estate.CodeUnavailable, "describe "+d.ID, "ECS answered nothing")
		}
		d.Tags, d.Created = tags(out.Tags), aws.Value(out.TaskDefinition.RegisteredAt).In(time.UTC)
		d.Config.fill(*out.TaskDefinition)
		return nil
	}, described[1:]...)
	return nil
}
