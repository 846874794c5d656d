package api

import (
	"context"
	"time"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/service/auth"
	"github.com/stance-sec/stance/internal/store"
)

// retryDelivery has a message that was given up tried again.
func (a *API) retryDelivery(ctx context.Context, caller auth.Caller, in *keyIn) (store.Delivery, error) {
	const op = "send a message again"
	if err := everything(caller, op); err != nil {
		return store.Delivery{}, err
	}
	d, err := a.failedDelivery(ctx, in.Key)
	if err != nil {
		return d, err
	}
	if err := a.note(ctx, caller, "delivery.retry", d.Key, nil); err != nil {
		return d, err
	}
	d.State, d.NotBefore, d.Done, d.Tries, d.Error = "waiting", a.Now(), time.Time{}, 0, ""
	if err := a.Store.Finish(ctx, d); err != nil {
		return d, err
	}
	if a.Told != nil {
		err = a.Told(ctx)
	}
	return d, err
}

func (a *API) failedDelivery(ctx context.Context, key string) (store.Delivery, error) {
	request := store.PageRequest{Limit: store.MaxLimit}
	for {
		page, err := a.Store.Deliveries(ctx, "failed", request)
		if err != nil {
			return store.Delivery{}, err
		}
		for _, d := range page.Items {
			if d.Key == key {
				return d, nil
			}
		}
		if page.Next == "" {
			return store.Delivery{}, estate.Errorf(estate.CodeNotFound, "send a message again", "there is no failed message of that key")
		}
		request.Cursor = page.Next
	}
}
