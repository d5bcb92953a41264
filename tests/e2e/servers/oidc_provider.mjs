// An OAuth 2.0 server made of oidc-provider, with a list of people that needs its tokens and a
// count of the token requests. Anybody may sign in, with any password. Refresh tokens rotate, and
// the second use of one ends its grant. Set up by PORT, TOKEN_SECONDS and CLIENTS, and for the
// grants of `oidc_grants.mjs` by ACCOUNTS and USERS.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { Provider } from 'oidc-provider'
import { registerGrants } from './grants.mjs'

const { PORT, TOKEN_SECONDS, CLIENTS, ACCOUNTS, USERS } = process.env
const ISSUER = `http://127.0.0.1:${PORT}`
const SCOPE = 'users.read'
const LARGEST_PAGE = 200

const people = JSON.parse(readFileSync(new URL('people.json', import.meta.url), 'utf8'))
const stats = { token_requests: 0, tokens_granted: 0, list_requests: 0, list_refusals: 0 }

const provider = new Provider(ISSUER, {
  clients: JSON.parse(CLIENTS),
  pkce: { required: () => true },
  rotateRefreshToken: true,
  issueRefreshToken: () => true,
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  routes: { authorization: '/authorize', revocation: '/revoke', device_authorization: '/device/start' },
  // Its 15 s of grace by default would outlive the tokens that the tests want to see expire.
  clockTolerance: 0,
  cookies: { keys: ['only for this run'] },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: true }, // its own pages to sign in and allow access
    deviceFlow: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      // One resource for everyone, so that a client need not name it.
      defaultResource: () => 'urn:people',
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: SCOPE,
        audience: 'urn:people',
        accessTokenFormat: 'opaque',
        accessTokenTTL: Number(TOKEN_SECONDS),
      }),
    },
  },
  ttl: {
    AccessToken: Number(TOKEN_SECONDS),
    AuthorizationCode: 60,
    ClientCredentials: Number(TOKEN_SECONDS),
    DeviceCode: 600,
    Grant: 3600,
    IdToken: 300,
    Interaction: 600,
    RefreshToken: 3600,
    Session: 3600,
  },
})
registerGrants(provider, {
  accounts: JSON.parse(ACCOUNTS),
  users: JSON.parse(USERS),
  scope: SCOPE,
  audience: `${ISSUER}/token`,
})
provider.on('server_error', (_context, error) => console.error(error))
provider.on('grant.success', () => { stats.tokens_granted += 1 })
provider.on('grant.error', (_context, error) => console.error(error.error, error.error_detail))

function answer(response, status, body, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

function refuse(response, status, error) {
  stats.list_refusals += 1
  answer(response, status, { error }, { 'www-authenticate': `Bearer error="${error}"` })
}

async function listPeople(request, response, query) {
  stats.list_requests += 1
  const [scheme, value] = (request.headers.authorization ?? '').split(' ')
  const kinds = scheme === 'Bearer' ? [provider.ClientCredentials, provider.AccessToken] : []
  const found = await Promise.all(kinds.map((kind) => kind.find(value)))
  const token = found.find((one) => one && !one.isExpired)
  if (!token) return refuse(response, 401, 'invalid_token')
  if (!token.scope?.split(' ').includes(SCOPE)) return refuse(response, 403, 'insufficient_scope')
  const limit = Math.min(Number(query.get('limit')) || LARGEST_PAGE, LARGEST_PAGE)
  const offset = Number(query.get('offset')) || 0
  return answer(response, 200, {
    data: people.slice(offset, offset + limit),
    offset,
    limit,
    total: people.length,
  })
}

const oauth = provider.callback()
createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, ISSUER)
  if (pathname === '/stats') return answer(response, 200, stats)
  if (pathname === '/api/users') return listPeople(request, response, searchParams)
  if (pathname === '/token') stats.token_requests += 1
  return oauth(request, response)
}).listen(Number(PORT), '127.0.0.1')
