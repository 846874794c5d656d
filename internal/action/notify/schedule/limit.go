package schedule

import (
	"maps"
	"time"

	"github.com/stance-sec/stance/internal/action/notify/config"
)

// Buckets is how much was sent, by route and channel: when the last message would have been
// due had all been sent evenly. A missing one is a full bucket. It is a value: nothing here
// changes one that it was given.
type Buckets map[string]time.Time

func bucketOf(route, channel string) string { return route + "/" + channel }

// limit is the rate of a route.
type limit struct {
	every time.Duration
	burst int
}

// limitOf returns the rate of the route of the name; a burst of 0 is no limit.
func limitOf(c *config.Config, name string) limit {
	route := &c.Default
	for i := range c.Routes {
		if c.Routes[i].Name == name {
			route = &c.Routes[i]
		}
	}
	if route.Name != name || route.PerHour == 0 {
		return limit{}
	}
	return limit{time.Hour / time.Duration(route.PerHour), max(1, route.Burst)}
}

// fill returns the bucket at a time: never later than a full burst ahead, so that a clock
// that was wrong does not hold messages back for long.
func (l limit) fill(bucket, now time.Time) time.Time {
	if bucket.Before(now) {
		return now
	}
	if most := now.Add(time.Duration(l.burst) * l.every); bucket.After(most) {
		return most
	}
	return bucket
}

// free returns how many messages may go now.
func (l limit) free(bucket, now time.Time) int {
	ahead := l.fill(bucket, now).Sub(now)
	return int((time.Duration(l.burst)*l.every - ahead) / l.every)
}

// spend returns the bucket after n messages.
func (l limit) spend(bucket, now time.Time, n int) time.Time {
	return l.fill(bucket, now).Add(time.Duration(n) * l.every)
}

// next returns when the next message may go, when none may go now.
func (l limit) next(bucket, now time.Time) time.Time {
	return l.fill(bucket, now).Add(-time.Duration(l.burst-1) * l.every)
}

// copied returns the buckets without those that are full again.
func (b Buckets) copied(now time.Time) Buckets {
	c := maps.Clone(b)
	if c == nil {
		c = Buckets{}
	}
	maps.DeleteFunc(c, func(_ string, t time.Time) bool { return !t.After(now) })
	return c
}
