"""web3.py on a chain that daokit is connected to, for those who know its ways: `Web3(ChainProvider(chain))`."""

from __future__ import annotations

from typing import Any

from web3.providers import JSONBaseProvider
from web3.types import RPCEndpoint, RPCResponse

from daokit.chain import Chain
from daokit.rpc import RpcError


class ChainProvider(JSONBaseProvider):
    """Carries web3's requests over the chain's own connection. Its accounts do not sign here: nothing sent this way is
    simulated, shown or journalled."""

    def __init__(self, chain: Chain) -> None:
        super().__init__()
        self.chain = chain

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        """One request and its answer, in web3's form."""
        try:
            return {"jsonrpc": "2.0", "id": 1, "result": self.chain.rpc.request(method, list(params))}
        except RpcError as refusal:
            error: Any = {"code": refusal.code, "message": refusal.message, "data": refusal.data}
            return {"jsonrpc": "2.0", "id": 1, "error": error}

    def is_connected(self, show_traceback: bool = False) -> bool:
        """Whether the node answers."""
        return bool(self.chain.id)
