package event

import (
	"regexp"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
)

// Index tells which scopes an event touches, from what the types say of themselves. It
// does not change and may be used concurrently.
type Index struct {
	types   map[call][]listener
	sources map[string]bool
}

// call is an event by the service that was called and the call's name without the
// version of the API.
type call struct{ source, name string }

type listener struct {
	name     string
	locality source.Locality
}

// Touch is a scope that an event touches.
type Touch struct {
	// Scope is what to read again.
	Scope estate.Scope
	// Names are what to read of it.
	Names []string
	// Whole is whether the event does not name all that it changes. Names are then those of
	// the event, from which stored relations may tell what to read; otherwise the whole
	// scope is to be read.
	Whole bool
}

// sourcesOf are the services whose events come under another name than their
// permissions' ("CloudTrail supported services and integrations").
var sourcesOf = map[string]string{"cloudwatch": "monitoring", "mq": "amazonmq"}

// common are calls that many services have. Only the service that a type belongs to
// is listened to for them, and not those that it merely asks.
var common = []string{
	"TagResource", "UntagResource", "AddTags", "RemoveTags", "CreateTags", "DeleteTags", "AddTagsToResource", "RemoveTagsFromResource",
	"PutResourcePolicy", "DeleteResourcePolicy", "AddPermission", "RemovePermission", "CreateCluster", "UpdateCluster", "DeleteCluster",
	"CreatePolicy", "DeletePolicy", "CreateConnection", "DeleteConnection", "CreateRoute", "UpdateRoute", "DeleteRoute",
}

// NewIndex returns the index of the types.
func NewIndex(types []source.Info) *Index {
	x := &Index{types: map[call][]listener{}, sources: map[string]bool{}}
	for _, t := range types {
		if t.OnRequest != "" {
			continue
		}
		services := servicesOf(t)
		for _, name := range t.Refresh {
			for i, service := range services {
				if i > 0 && slices.Contains(common, unversioned(name)) {
					break
				}
				key := call{service, unversioned(name)}
				if !slices.ContainsFunc(x.types[key], func(l listener) bool { return l.name == t.Name }) {
					x.types[key] = append(x.types[key], listener{t.Name, t.Locality})
				}
			}
		}
		if len(services) > 0 && len(t.Refresh) > 0 {
			x.sources[services[0]] = true
		}
	}
	return x
}

// servicesOf returns the event sources of a type: of the service it belongs to, then of
// those it asks besides.
func servicesOf(t source.Info) []string {
	var list []string
	for _, c := range t.Calls {
		prefix, _, ok := strings.Cut(c.Permission, ":")
		if other := sourcesOf[prefix]; other != "" {
			prefix = other
		}
		if host := prefix + ".amazonaws.com"; ok && !slices.Contains(list, host) {
			list = append(list, host)
		}
	}
	if t.Service == "cloudfront" {
		list = append(list, "logs.amazonaws.com") // deliveries of its logs
	}
	return list
}

// version is what some services put behind the names of their calls: the version of the
// API, as in UpdateFunctionCode20150331v2 and UpdateDistribution2020_05_31.
var version = regexp.MustCompile(`(19|20)\d\d_?\d\d_?\d\d(v\d+)?$`)

func unversioned(name string) string {
	if plain := version.ReplaceAllString(name, ""); plain != "" {
		return plain
	}
	return name
}

// Sources returns the services whose events touch some type, sorted.
func (x *Index) Sources() []string {
	var list []string
	for s := range x.sources {
		list = append(list, s)
	}
	slices.Sort(list)
	return list
}

// Touches returns the scopes that the event touches, in the order of their types. There
// are none for calls that no type listens to: a caller counts those.
func (x *Index) Touches(e Event) []Touch {
	listeners := x.types[call{e.Source, unversioned(e.Name)}]
	touches := make([]Touch, 0, len(listeners))
	for _, l := range listeners {
		region := e.Region
		if l.locality == source.Global {
			region = "global"
		}
		if region == "" {
			continue
		}
		names, whole, touched := narrow(l.name, e)
		if touched {
			touches = append(touches, Touch{
				Scope: estate.Scope{Cloud: e.Cloud, Account: e.Account, Region: region, Type: l.name}, Names: names, Whole: whole,
			})
		}
	}
	slices.SortFunc(touches, func(a, b Touch) int { return a.Scope.Compare(b.Scope) })
	return touches
}
