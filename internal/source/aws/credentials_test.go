package aws_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stance-sec/stance/internal/estate"
	"github.com/stance-sec/stance/internal/source/aws"
)

// TestNoCredentialsWhateverTheMachineAnswers holds that a lack of credentials is called
// that, and not a fault of the endpoint, also where a proxy answers for the metadata.
func TestNoCredentialsWhateverTheMachineAnswers(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "<html>not here</html>", http.StatusForbidden)
	}))
	defer proxy.Close()
	nothing := filepath.Join(t.TempDir(), "none")
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_PROFILE": "", "AWS_WEB_IDENTITY_TOKEN_FILE": "",
		"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "",
		"AWS_CONFIG_FILE": nothing, "AWS_SHARED_CREDENTIALS_FILE": nothing,
		"AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": proxy.URL,
	} {
		t.Setenv(name, value)
	}
	_, err := aws.Open(t.Context(), aws.Options{Endpoint: proxy.URL})
	if estate.CodeOf(err) != estate.CodeUnauthorized || !strings.Contains(err.Error(), "no credentials in the environment") {
		t.Errorf("%s: %v", estate.CodeOf(err), err)
	}
}
