package prompts

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"

	openai "github.com/sashabaranov/go-openai"

	"sereno/bot"
)

// failure is why there is no answer. Its words are ours alone: the endpoint's may
// repeat the key or what we sent.
type failure struct {
	outcome bot.CallOutcome
	why     string
}

func (f *failure) Error() string { return "assistant: " + string(f.outcome) + ": " + f.why }

func failed(o bot.CallOutcome, format string, args ...any) *failure {
	return &failure{o, fmt.Sprintf(format, args...)}
}

func outcomeOf(err error) bot.CallOutcome {
	var f *failure
	switch {
	case err == nil:
		return bot.CallDone
	case errors.As(err, &f):
		return f.outcome
	}
	return bot.CallUnavailable
}

func reason(err error) string {
	var f *failure
	if errors.As(err, &f) {
		return f.why
	}
	return ""
}

// codeForm is how the codes of errors look that are safe to repeat.
var codeForm = regexp.MustCompile(`^[a-z][a-z0-9_]{2,48}$`)

// told makes a failure of what the client says of a request.
func told(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	var api *openai.APIError
	var req *openai.RequestError
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return failed(bot.CallUnavailable, "called off")
	case errors.Is(err, context.DeadlineExceeded) || errors.Is(ctx.Err(), context.DeadlineExceeded):
		return failed(bot.CallTimeout, "no answer in time")
	case errors.As(err, &api):
		return status(api.HTTPStatusCode, fmt.Sprint(api.Code))
	case errors.As(err, &req):
		return status(req.HTTPStatusCode, "")
	case errors.Is(err, errRedirected):
		return failed(bot.CallUnavailable, "%v", errRedirected)
	case errors.Is(err, errTooLarge):
		return failed(bot.CallInvalid, "%v", errTooLarge)
	}
	return failed(bot.CallUnavailable, "the endpoint cannot be reached, or what it sends is no answer of this API")
}

func status(code int, word string) error {
	if !codeForm.MatchString(word) {
		word = http.StatusText(code)
	}
	o := bot.CallUnavailable
	if code == http.StatusBadRequest || code == http.StatusUnprocessableEntity || code == http.StatusRequestEntityTooLarge {
		o = bot.CallRefused // this request, not the endpoint
	}
	return failed(o, "the endpoint answered %d (%s)", code, word)
}

// maxAnswer bounds what is read of an answer, in bytes: what is longer is no
// answer to anything that was asked.
const maxAnswer = 16 << 20

var errTooLarge = errors.New("the answer is too large")

// bounded keeps an endpoint from filling the memory.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	next := b.next
	if next == nil {
		next = http.DefaultTransport
	}
	res, err := next.RoundTrip(r)
	if err == nil {
		res.Body = &boundedBody{ReadCloser: res.Body, left: maxAnswer}
	}
	return res, err
}

type boundedBody struct {
	io.ReadCloser
	left int
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLarge
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
