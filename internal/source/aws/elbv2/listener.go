package elbv2

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
)

// Listener is a port that a load balancer listens on.
type Listener struct {
	// LoadBalancer is the ARN of the load balancer.
	LoadBalancer string `json:"load_balancer"`
	// LoadBalancerKind is application, network or gateway.
	LoadBalancerKind string `json:"load_balancer_kind"`
	// InternetFacing is whether the load balancer has addresses on the internet.
	InternetFacing bool `json:"internet_facing"`
	// Port is where clients connect; 0 for gateways.
	Port int `json:"port"`
	// Protocol is HTTP, HTTPS, TCP, TLS, UDP, TCP_UDP, QUIC, TCP_QUIC or GENEVE.
	Protocol string `json:"protocol"`
	// TLSPolicy is the name of the policy that says which TLS it speaks; empty
	// without TLS.
	TLSPolicy string `json:"tls_policy"`
	// Certificates are the ARNs of its default certificate; empty without TLS.
	Certificates []string `json:"certificates"`
	// ClientCertificates is off, passthrough or verify; empty without TLS.
	ClientCertificates string `json:"client_certificates"`
	// Actions are what happens to requests that no rule is about.
	Actions []Action `json:"actions"`
	// Rules are the further rules; empty for listeners that do not speak HTTP, which have
	// none.
	Rules []Rule `json:"rules"`

	batch *tagBatch
}

// Rule says what happens to the requests it is about.
type Rule struct {
	// Priority is its place in the order.
	Priority string `json:"priority"`
	// Actions are what happens.
	Actions []Action `json:"actions"`
}

// Action is a thing done to a request.
type Action struct {
	// Kind is forward, redirect, fixed-response, authenticate-oidc,
	// authenticate-cognito or jwt-validation.
	Kind string `json:"kind"`
	// TargetGroups are the ARNs of the target groups it forwards to.
	TargetGroups []string `json:"target_groups"`
	// RedirectProtocol is HTTP, HTTPS or #{protocol} (the one that was asked);
	// empty for other actions.
	RedirectProtocol string `json:"redirect_protocol"`
	// RedirectPort is a port or #{port}; empty for other actions.
	RedirectPort string `json:"redirect_port"`
}

var listener = source.Type[*aws.Session, Listener]{
	Name:     "aws_lb_listener",
	Service:  "elbv2",
	Locality: source.Regional,
	Calls: []source.Call{
		{Op: "DescribeLoadBalancers", Permission: "elasticloadbalancing:DescribeLoadBalancers"},
		{Op: "DescribeListeners", Permission: "elasticloadbalancing:DescribeListeners"},
		{Op: "DescribeRules", Permission: "elasticloadbalancing:DescribeRules", Fills: []string{"rules"}},
		{Op: "DescribeTags", Permission: "elasticloadbalancing:DescribeTags", Fills: []string{"tags"}},
	},
	Refresh: []string{"CreateListener", "DeleteListener", "ModifyListener", "CreateRule", "DeleteRule", "ModifyRule", "SetRulePriorities"},
	Gone:    []string{"ListenerNotFound"},
	List: func(ctx context.Context, s *aws.Session, found func(*source.Draft[Listener])) error {
		all, err := loadBalancers(ctx, s)
		if err != nil {
			return err
		}
		return source.Parallel(ctx, all, func(ctx context.Context, lb types.LoadBalancer) error { return listListeners(ctx, s, lb, found) })
	},
	Detail: readListener,
}

// listListeners lists the listeners of one load balancer; none when it is gone.
func listListeners(ctx context.Context, s *aws.Session, lb types.LoadBalancer, found func(*source.Draft[Listener])) error {
	var all []types.Listener
	pages := sdk.NewDescribeListenersPaginator(client(s), &sdk.DescribeListenersInput{LoadBalancerArn: lb.LoadBalancerArn, PageSize: pageSize()})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return aws.Absent(err, "LoadBalancerNotFound")
		}
		all = append(all, page.Listeners...)
	}
	arns := make([]string, len(all))
	for i, l := range all {
		arns[i] = aws.Value(l.ListenerArn)
	}
	for i, batch := range inBatches(arns) {
		d := draftListener(lb, all[i])
		d.Config.batch = batch
		found(d)
	}
	return nil
}

func draftListener(lb types.LoadBalancer, l types.Listener) *source.Draft[Listener] {
	d := &source.Draft[Listener]{ID: aws.Value(l.ListenerArn), Name: listenerName(lb, l)}
	d.Config = Listener{
		LoadBalancer: aws.Value(lb.LoadBalancerArn), LoadBalancerKind: string(lb.Type),
		InternetFacing: lb.Scheme == types.LoadBalancerSchemeEnumInternetFacing, Port: int(aws.Value(l.Port)), Protocol: string(l.Protocol),
		TLSPolicy: aws.Value(l.SslPolicy), Certificates: []string{}, Actions: actions(l.DefaultActions), Rules: []Rule{},
	}
	if l.MutualAuthentication != nil {
		d.Config.ClientCertificates = aws.Value(l.MutualAuthentication.Mode)
	}
	for _, c := range l.Certificates {
		if arn := aws.Value(c.CertificateArn); arn != "" {
			d.Config.Certificates = append(d.Config.Certificates, arn)
		}
	}
	d.Relate(estate.MemberOf, d.Config.LoadBalancer)
	for _, a := range d.Config.Actions {
		for _, g := range a.TargetGroups {
			d.Relate(estate.RoutesTo, g)
		}
	}
	return d
}
