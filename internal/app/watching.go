package app

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/stance-sec/stance/internal/action/notify/channels"
	"github.com/stance-sec/stance/internal/action/notify/config"
	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/alert"
	"github.com/stance-sec/stance/internal/service/daemon"
	"github.com/stance-sec/stance/internal/service/watch"
	"github.com/stance-sec/stance/internal/source"
	"github.com/stance-sec/stance/internal/source/aws"
	"github.com/stance-sec/stance/internal/source/aws/events"
	"github.com/stance-sec/stance/internal/source/collect"
	"github.com/stance-sec/stance/internal/source/event"
)

// clouds opens what is watched.
func (o *NodeOptions) clouds(ctx context.Context) ([]watch.Cloud, error) {
	var clouds []watch.Cloud
	if o.AWS != nil {
		connector, err := aws.Open(ctx, o.AWS.Connect)
		if err != nil {
			return nil, err
		}
		clouds = append(clouds, &awsCloud{connector: connector, selection: o.AWS.Selection, rereader: connector.Rereader(AWSKinds())})
	}
	return clouds, nil
}

// awsCloud watches AWS.
type awsCloud struct {
	connector *aws.Connector
	selection aws.Selection
	rereader  *aws.Rereader
}

func (*awsCloud) Cloud() estate.Cloud { return estate.AWS }

func (c *awsCloud) Accounts(ctx context.Context) ([]string, error) {
	if len(c.selection.Accounts) > 0 || !c.selection.Org {
		accounts := slices.Sorted(slices.Values(c.selection.Accounts))
		if len(accounts) == 0 {
			accounts = []string{c.connector.Account}
		}
		return accounts, nil
	}
	members, err := c.connector.Members(ctx)
	if err != nil {
		return nil, err
	}
	var accounts []string
	for _, m := range members {
		if m.Active {
			accounts = append(accounts, m.ID)
		}
	}
	return accounts, nil
}

func (c *awsCloud) Plan(ctx context.Context, account string, wanted func(source.Info) bool) (collect.Plan, error) {
	kinds := slices.DeleteFunc(AWSKinds(), func(k source.Kind[*aws.Session]) bool { return !wanted(k.Info()) })
	selection := c.selection
	selection.Accounts = []string{account}
	return c.connector.Plan(ctx, kinds, selection)
}

func (c *awsCloud) Reread(ctx context.Context, scope estate.Scope, names []string, emit func(*estate.Resource) error) (source.Found, error) {
	return c.rereader.Reread(ctx, scope, names, emit)
}

// listener reads one queue of events.
type listener struct {
	queue    *events.Queue
	listener *watch.Listener
	trouble  func(error)
}

func (l *listener) run(ctx context.Context) {
	go l.listener.Run(ctx)
	l.queue.Run(ctx, events.Reader{
		Take:    func(m events.Message, done func(error)) { l.listener.Take(ctx, m.ID, m.Body, done) },
		Trouble: l.trouble,
	})
}

// listen opens the queues of events.
func (n *Node) listen(ctx context.Context) ([]*listener, error) {
	o := &n.options
	index := event.NewIndex(AWSInfos())
	var list []*listener
	for _, q := range o.Queues {
		queue, err := events.Open(ctx, q)
		if err != nil {
			return nil, err
		}
		name := q.Queue[strings.LastIndexByte(q.Queue, '/')+1:]
		list = append(list, &listener{
			queue: queue,
			listener: &watch.Listener{
				Queue: name, Index: index, Pace: o.Pace, Reread: n.Daemon.Reread, Dead: n.Store.PutDeadEvent, Count: o.Count, Now: o.Now,
			},
			trouble: func(err error) {
				if err != nil {
					o.Logger.WarnContext(ctx, "the queue of events does not answer", "queue", name, "error", err)
				} else {
					o.Logger.InfoContext(ctx, "the queue of events answers again", "queue", name)
				}
			},
		})
	}
	return list, nil
}

// alerts opens what tells people.
func (n *Node) alerts() (daemon.Alerts, error) {
	o := &n.options
	if o.Notify == "" {
		return alert.Nobody{Store: n.Store}, nil
	}
	settings, err := config.Load(o.Notify)
	if err != nil {
		return nil, err
	}
	n.Keeper.Due = func(severity estate.Severity, environment string) (time.Duration, bool) {
		at, known := settings.DueAt(severity, environment, time.Time{})
		return at.Sub(time.Time{}), known
	}
	open, err := channels.Open(settings, func(name string) (string, bool) {
		value := o.Getenv(name)
		return value, value != ""
	})
	if err != nil {
		return nil, err
	}
	return &alert.Teller{
		Store: n.Store, Config: settings, Channels: open, Check: n.Rules.Library.Check, Frameworks: n.Rules.frameworksOf(),
		AccountName: n.Keeper.AccountName, Link: o.link, Now: o.Now, Logger: o.Logger,
	}, nil
}

// link returns the page of a finding or an issue.
func (o *NodeOptions) link(subject, key string) string {
	if o.Address == "" {
		return ""
	}
	return strings.TrimSuffix(o.Address, "/") + "/" + subject + "s/" + key
}
