package dial

import (
	"errors"
	"fmt"
	"net"
	"testing"
)

func TestOnlyACallThatCannotHaveArrivedIsSurelyUnsent(t *testing.T) {
	for _, c := range []struct {
		what string
		err  error
		want bool
	}{
		{"no connection", &net.OpError{Op: "dial", Err: errors.New("refused")}, true},
		{"no address", fmt.Errorf("posting: %w", &net.DNSError{Err: "no such host"}), true},
		{"a broken answer", &net.OpError{Op: "read", Err: errors.New("reset")}, false},
		{"a broken request", &net.OpError{Op: "write", Err: errors.New("reset")}, false},
		{"no error", nil, false},
	} {
		if got := Failed(c.err); got != c.want {
			t.Errorf("%s: failed to be dialled = %v", c.what, got)
		}
	}
}
