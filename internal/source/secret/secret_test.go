package secret_test

import (
	"slices"
	"testing"

	"github.com/stance-sec/stance/internal/source/secret"
)

func TestSettingsThatHoldSecrets(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]string{
		"DB_PASSWORD": "Tr0ub4dor3xyz", "PGPASSWORD": "Tr0ub4dor3xyz", "dbPassword": "Tr0ub4dor3xyz", "DB_PASSWORD_2": "Tr0ub4dor3xyz",
		"DBPASSWORD2": "Tr0ub4dor3xyz", "spring.datasource.password": "hunter22", "REDIS_AUTH": "a8f3k2l9q0", "API_KEY": "a8f3k2l9q0",
		"apiKey": "a8f3k2l9q0", "STRIPEAPIKEY": "a8f3k2l9q0", "SIGNING-KEY": "a8f3k2l9q0", "SECRET_KEY_BASE": "a8f3k2l9q0",
		"ClientSecret": "a8f3k2l9q0", "AUTH_TOKEN": "a8f3k2l9q0", "MYSQL_PWD": "a8f3k2l9q0",
	} {
		if got := secret.Setting(name, value); !slices.Equal(got, []string{"password"}) {
			t.Errorf("%s is not found: %v", name, got)
		}
	}
}

func TestSettingsThatOnlySpeakOfSecrets(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]string{
		"AUTH_TOKEN_HEADER": "X-Auth-Token", "AUTH_PROVIDER": "cognito", "AUTH_DOMAIN": "login.example.com", "TOKEN_TABLE": "sessions-v2",
		"DB_PASSWORD_SECRET_ARN": "orders-a8f3k2", "SECRET_NAME": "production/db", "secretName": "production-db", "passwordFile": "secrets.txt",
		"PASSWORD_POLICY": "strict-14", "TOKEN_EXPIRATION": "900seconds", "KEY_ID": "1234abcd-12ab", "API_KEY_PARAMETER": "app-api-key",
		"MAX_TOKENS": "4096000123", "PARTITION_KEY": "customer", "SORT_KEY": "created_at", "COMPASS": "north-east", "AUTHOR": "somebody",
		"DB_PASSWORD": "{{resolve:secretsmanager:db}}", "PASSWORD": "", "TOKEN": "${TOKEN_FROM_SSM}", "DB_USERNAME": "application",
		"PWD": "/srv/application", "DATABASE_URL": "postgres://db.internal:5432/app", "": "a8f3k2l9q0", "__": "a8f3k2l9q0",
	} {
		if got := secret.Setting(name, value); got != nil {
			t.Errorf("%s is found: %v", name, got)
		}
	}
}
