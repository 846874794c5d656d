package ecs

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/estate/facet"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/secret"
)

func (c *TaskDefinition) fill(t types.TaskDefinition) {
	c.Family, c.Revision, c.Status = aws.Value(t.Family), int(t.Revision), string(t.Status)
	c.NetworkMode, c.PIDMode, c.IPCMode = string(t.NetworkMode), string(t.PidMode), string(t.IpcMode)
	c.TaskRole, c.ExecutionRole = aws.Value(t.TaskRoleArn), aws.Value(t.ExecutionRoleArn)
	c.Compatibilities = aws.Texts(t.RequiresCompatibilities)
	if t.RuntimePlatform != nil {
		c.Windows = strings.HasPrefix(string(t.RuntimePlatform.OperatingSystemFamily), "WINDOWS")
	}
	for _, one := range t.ContainerDefinitions {
		c.Containers = append(c.Containers, container(one))
	}
	for _, v := range t.Volumes {
		c.Volumes = append(c.Volumes, volume(v))
	}
}

func container(one types.ContainerDefinition) Container {
	c := Container{
		Name: aws.Value(one.Name), Image: aws.Value(one.Image), Essential: one.Essential == nil || *one.Essential,
		Privileged: aws.Value(one.Privileged), ReadonlyRoot: aws.Value(one.ReadonlyRootFilesystem), User: aws.Value(one.User),
		CommandSecrets: commandSecrets(append(slices.Clone(one.EntryPoint), one.Command...)),
	}
	if one.LinuxParameters != nil && one.LinuxParameters.Capabilities != nil {
		c.Capabilities = one.LinuxParameters.Capabilities.Add
	}
	for _, e := range one.Environment {
		c.Environment = append(c.Environment, Variable{Name: aws.Value(e.Name), Secrets: secret.Setting(aws.Value(e.Name), aws.Value(e.Value))})
	}
	for _, s := range one.Secrets {
		c.Secrets = append(c.Secrets, Reference{Name: aws.Value(s.Name), From: aws.Value(s.ValueFrom)})
	}
	for _, f := range one.EnvironmentFiles {
		c.EnvironmentFiles = append(c.EnvironmentFiles, aws.Value(f.Value))
	}
	if l := one.LogConfiguration; l != nil {
		c.LogDriver = string(l.LogDriver)
		if l.LogDriver == types.LogDriverAwslogs {
			c.LogGroup = l.Options["awslogs-group"]
		}
	}
	for _, p := range one.PortMappings {
		if p.ContainerPort != nil {
			c.Ports = append(c.Ports, int(*p.ContainerPort))
		}
	}
	return c
}

// commandSecrets looks at each word of a command and at "NAME=value" settings in it.
func commandSecrets(words []string) []string {
	kinds := secret.Kinds(strings.Join(words, " "))
	for _, word := range words {
		if name, value, ok := strings.Cut(word, "="); ok {
			kinds = append(kinds, secret.Setting(strings.TrimLeft(name, "-"), value)...)
		}
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

func volume(v types.Volume) Volume {
	out := Volume{Name: aws.Value(v.Name)}
	if v.Host != nil {
		out.HostPath = aws.Value(v.Host.SourcePath)
	}
	if e := v.EfsVolumeConfiguration; e != nil {
		out.FileSystem = aws.Value(e.FileSystemId)
		out.EncryptedInTransit = e.TransitEncryption == types.EFSTransitEncryptionEnabled
		if a := e.AuthorizationConfig; a != nil {
			out.AccessPoint, out.IAM = aws.Value(a.AccessPointId), a.Iam == types.EFSAuthorizationConfigIAMEnabled
		}
	}
	return out
}

func taskDefinitionFacets(d *source.Draft[TaskDefinition]) {
	c := d.Config
	d.Relate(estate.RunsAs, c.TaskRole)
	for _, one := range c.Containers {
		d.Relate(estate.RunsImage, one.Image)
		d.Relate(estate.LogsTo, sibling(d.ID, "logs", one.LogGroup, "log-group:"))
	}
	for _, v := range c.Volumes {
		d.Relate(estate.AttachedTo, sibling(d.ID, "elasticfilesystem", v.FileSystem, "file-system/"))
	}
	for _, s := range c.Services {
		d.Relate(estate.AttachedTo, s)
	}
	logged := len(c.Containers) > 0 && !slices.ContainsFunc(c.Containers, func(one Container) bool { return one.LogDriver == "" })
	d.Offer(facet.Logging{Enabled: d.Tri("containers", logged)})
}
