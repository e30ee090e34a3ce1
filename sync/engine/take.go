package engine

import (
	"context"
	"errors"
	"time"

	"docket/app/desk"
	"docket/sync/wire"
)

// takeTimeout is how long somebody waits for the next ticket.
const takeTimeout = 10 * time.Second

// Take asks the server for the head of the person's queues, now or not at all:
// it is refused at once unless the engine is live, and nothing of it is kept.
func (e *Engine) Take(ctx context.Context, t wire.Take) (wire.Taken, error) {
	if e.Status().State != Live {
		return wire.Taken{}, &desk.Error{
			Code: desk.CodeOffline, Message: "You are offline, so no ticket can be taken.",
			Hint: "The queue is shared: the next one may be somebody else’s by now. Go on with those you have.",
		}
	}
	ctx, cancel := context.WithTimeout(ctx, takeTimeout)
	defer cancel()
	taken, err := e.web.take(ctx, t)
	return taken, notTaken(err)
}

// Chats asks in which departments somebody takes chats now. Who is offline is
// told that at once.
func (e *Engine) Chats(ctx context.Context) ([]desk.DeptID, error) {
	if e.Status().State != Live {
		return nil, &desk.Error{Code: desk.CodeOffline, Message: "You are offline, so nobody can chat with you.", Hint: "Send it as a request; it goes out when the network is back."}
	}
	ctx, cancel := context.WithTimeout(ctx, takeTimeout)
	defer cancel()
	return e.web.chats(ctx)
}

// notTaken says what an error means for who asked.
func notTaken(err error) error {
	var e *desk.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code {
	case desk.CodeOffline:
		return &desk.Error{
			Code: desk.CodeOffline, Err: err, Message: "The answer did not come, so it is not known whether you were given a ticket.",
			Hint: "If you were, it is under My open in a moment. Look there before you try again.",
		}
	case desk.CodeNotDocket:
		return &desk.Error{
			Code: desk.CodeServerOld, Err: err, Message: "The server is too old to give out the next ticket.",
			Hint: "Take one from the list, and ask whoever runs the server to update it.",
		}
	}
	return err
}
