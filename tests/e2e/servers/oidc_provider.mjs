// An OAuth 2.0 server for client credentials, made of oidc-provider, with a list of people that
// needs its tokens and a count of the token requests. Set up by PORT, TOKEN_SECONDS and CLIENTS.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { Provider } from 'oidc-provider'

const { PORT, TOKEN_SECONDS, CLIENTS } = process.env
const ISSUER = `http://127.0.0.1:${PORT}`
const SCOPE = 'users.read'
const LARGEST_PAGE = 200

const people = JSON.parse(readFileSync(new URL('people.json', import.meta.url), 'utf8'))
const stats = { token_requests: 0, tokens_granted: 0, list_requests: 0, list_refusals: 0 }

const provider = new Provider(ISSUER, {
  clients: JSON.parse(CLIENTS).map(({ id, secret, method }) => ({
    client_id: id,
    client_secret: secret,
    token_endpoint_auth_method: `client_secret_${method}`,
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
  })),
  // Its 15 s of grace by default would outlive the tokens that the tests want to see expire.
  clockTolerance: 0,
  cookies: { keys: ['only for this run'] },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
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
  ttl: { ClientCredentials: Number(TOKEN_SECONDS) },
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
  const token = scheme === 'Bearer' && (await provider.ClientCredentials.find(value))
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
