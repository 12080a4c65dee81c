package notifier

import (
	"context"
	"errors"
	"net/http"
	"net/url"
)

// Problem is something that keeps the notifier from working: Code is "unreachable",
// or "login", Cause what the network or the provider said.
type Problem struct{ Code, Subject, Cause string }

// Check asks with a request that sends nothing (OPTIONS). Few providers say more to
// that than that they are there: whether a number exists, only a message tells.
func (a *Adapter) Check(ctx context.Context, _, _ []string) []Problem {
	ctx, cancel := context.WithTimeout(ctx, call)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodOptions, a.config.URL, nil)
	if err != nil {
		return []Problem{{Code: "unreachable", Subject: a.config.Name, Cause: "the address is none"}}
	}
	if a.config.Username != "" {
		r.SetBasicAuth(a.config.Username, a.config.Password)
	}
	for _, h := range a.config.Headers {
		r.Header.Set(h.Name, h.Value)
	}
	answer, err := a.client.Do(r)
	if err != nil {
		var at *url.Error
		if errors.As(err, &at) {
			err = at.Err // without the address, which may be secret
		}
		return []Problem{{Code: "unreachable", Subject: a.config.Name, Cause: err.Error()}}
	}
	answer.Body.Close()
	switch answer.StatusCode {
	case http.StatusUnauthorized, http.StatusForbidden:
		return []Problem{{Code: "login", Subject: a.config.Name, Cause: answer.Status}}
	}
	return nil
}
