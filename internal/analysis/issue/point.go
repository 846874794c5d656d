package issue

import (
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
)

// Action returns the name of the change that clears a check: its fix's action, or else
// its id.
func Action(c estate.Check) string {
	if c.Fix.Action != "" {
		return c.Fix.Action
	}
	return c.ID
}

// KeyOf returns the key of the change that clears a check on a resource: what steps of
// attackers carry, so that findings meet them.
func KeyOf(c estate.Check, ref estate.Ref, f Facts) estate.FixKey {
	return estate.NewFixKey(Action(c), PointOf(c, ref, f))
}

// PointOf returns where a check's fix is made for a resource: of the places that the
// check names, the most general one that clears what is there already. A machine's
// template comes before its account, because an account's default only holds for new
// machines; a guardrail of the organisation only prevents, so it is the place when
// nothing else is.
func PointOf(c estate.Check, ref estate.Ref, f Facts) estate.ControlPoint {
	named := func(l estate.ControlLevel) bool { return slices.Contains(c.Fix.ControlPoint, string(l)) }
	if id := template(ref, f); id != "" && named(estate.LevelTemplate) {
		return estate.ControlPoint{Level: estate.LevelTemplate, ID: id}
	}
	for _, level := range c.Fix.ControlPoint {
		if p, ok := pointAt(estate.ControlLevel(level), ref, f); ok {
			return p
		}
	}
	switch {
	case named(estate.LevelOrganization) && !named(estate.LevelResource):
		return estate.ControlPoint{Level: estate.LevelOrganization, ID: string(ref.Cloud)}
	default:
		return estate.ControlPoint{Level: estate.LevelResource, ID: ref.ID}
	}
}

// pointAt returns the control point of a level, if the resource has one.
func pointAt(level estate.ControlLevel, ref estate.Ref, f Facts) (estate.ControlPoint, bool) {
	p := estate.ControlPoint{Level: level}
	switch level {
	case estate.LevelAccount:
		p.ID = ref.Account
	case estate.LevelTemplate:
		p.ID = stack(ref, f)
	case estate.LevelSharedPolicy:
		if p.ID = f.SharedPolicy; p.ID == "" && shared(ref.Type) {
			p.ID = ref.ID
		}
	case estate.LevelResource:
		p.ID = ref.ID
	case estate.LevelOrganization:
	}
	return p, p.ID != ""
}

// template returns what a machine is started from.
func template(ref estate.Ref, f Facts) string {
	prefix := ref.Account + "/" + ref.Region + "/"
	switch {
	case slices.Contains(templates, ref.Type):
		return ref.ID
	case f.LaunchTemplate != "":
		return prefix + f.LaunchTemplate
	case f.ScalingGroup != "":
		return prefix + f.ScalingGroup
	default:
		return ""
	}
}

// stack returns the infrastructure code a resource was made by.
func stack(ref estate.Ref, f Facts) string {
	if f.Stack == "" {
		return ""
	}
	return ref.Account + "/" + ref.Region + "/" + f.Stack
}

var templates = []string{"aws_launch_template", "aws_launch_configuration", "aws_autoscaling_group"}

// shared reports whether resources of a type are used by others.
func shared(kind string) bool {
	return kind == "aws_iam_policy" || strings.HasSuffix(kind, "_security_group") || strings.HasSuffix(kind, "_firewall")
}

// EffortOf classes what a fix takes, by where it is made and what the check is about.
func EffortOf(c estate.Check, level estate.ControlLevel) estate.Effort {
	switch {
	case level == estate.LevelTemplate:
		return estate.EffortTemplate
	case level == estate.LevelResource && slices.Contains(c.Categories, "encryption") && remade(c.Type):
		return estate.EffortMigration
	case level == estate.LevelSharedPolicy && slices.Contains(c.Categories, "identity"),
		slices.Contains(c.Categories, "patching"), slices.Contains(c.Categories, "secrets"):
		return estate.EffortCode
	default:
		return estate.EffortSetting
	}
}

// remade reports whether resources of a type have to be made anew to be encrypted.
func remade(kind string) bool {
	for _, part := range []string{"db_instance", "cluster", "volume", "snapshot", "ami", "file_system", "disk"} {
		if strings.Contains(kind, part) {
			return true
		}
	}
	return false
}
