package api

import (
	"github.com/danielgtaylor/huma/v2"
)

type streamIn struct {
	Last  int64 `header:"Last-Event-ID" minimum:"0" doc:"the id of the last event that was received"`
	After int64 `query:"after" minimum:"0" doc:"like Last-Event-ID, for the first connection"`
}

func (a *API) stream() {
	o := get("/stream", "stream", "Server-sent events: what opened or closed, each a transition with its seq as id", "posture")
	schema := a.huma.OpenAPI().Components.Schemas.Schema(transitionType(), true, "")
	content := map[string]*huma.MediaType{"text/event-stream": {Schema: &huma.Schema{
		Type: huma.TypeString, Description: "events of type transition, whose data is this object", Extensions: map[string]any{"x-data": schema},
	}}}
	respond(a, o, content, a.follow)
}
