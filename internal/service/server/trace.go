package server

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/stance-sec/stance/internal/estate"
)

// Tracing returns what makes spans, and what sends the last of them at the end. Spans are
// sent when the environment has OTEL_EXPORTER_OTLP_ENDPOINT, whose fellows the exporter
// reads itself (OpenTelemetry Protocol Exporter specification).
func Tracing(ctx context.Context, getenv func(string) string, version string) (trace.Tracer, func(context.Context) error, error) {
	if getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" {
		return noop.NewTracerProvider().Tracer(""), func(context.Context) error { return nil }, nil
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, nil, estate.Errorf(estate.CodeInvalid, "send traces", "%w", err)
	}
	about := resource.NewSchemaless(attribute.String("service.name", "stance"), attribute.String("service.version", version))
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(about))
	return provider.Tracer("github.com/stance-sec/stance"), provider.Shutdown, nil
}
