// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Books} from "./Books.sol";
import {IBranch} from "./interfaces/IBranch.sol";
import {IFederation} from "./interfaces/IFederation.sol";
import {IFederationWords} from "./interfaces/IFederationWords.sol";
import {IHomePurse} from "./interfaces/IHomePurse.sol";
import {IPurse} from "./interfaces/IPurse.sol";
import {ITreasury} from "./interfaces/ITreasury.sol";
import {Interop} from "./libraries/Note.sol";
import {Payment} from "./libraries/Payment.sol";
import {Purse} from "./Purse.sol";
import {Ties} from "./Ties.sol";

/// @title A federation's purse on its own chain, by which it also sits in the federation above
contract HomePurse is Purse, Ties, IHomePurse {
    /// @inheritdoc IHomePurse
    address public parent;

    constructor(address treasuryImplementation) Purse(treasuryImplementation) {}

    modifier onlyFederation() {
        require(msg.sender == federation, OnlyFederation());
        _;
    }

    /// @inheritdoc IHomePurse
    function initialize(bytes32 charter_, bool exitShare_, address[] calldata tokens_) external {
        require(core.collective == address(0), AlreadyFounded());
        core.collective = msg.sender;
        (homeChain, federation, charter, exitShare) = (block.chainid, msg.sender, charter_, exitShare_);
        for (uint256 i = 0; i < tokens_.length; ++i) {
            _list(tokens_[i]);
        }
    }

    /// @inheritdoc IHomePurse
    function act(IFederationWords.Act calldata act_, bool large, uint256 bucketBps) external onlyFederation nonReentrant {
        IFederationWords.ActKind kind = act_.kind;
        if (kind == IFederationWords.ActKind.Pay) {
            _payOut(act_.data, large ? NO_BUCKET : bucketBps);
        } else if (kind == IFederationWords.ActKind.Spend) {
            _spend(act_.data);
        } else if (kind == IFederationWords.ActKind.List) {
            _listOrNot(act_.data);
        } else {
            executing = true;
            _tie(kind, act_.data);
            executing = false;
        }
    }

    /// @inheritdoc IHomePurse
    function takeSeat(address collective_, SeatState state, uint256 noticeEnds) external onlyFederation nonReentrant {
        _takeSeat(collective_, state, noticeEnds);
    }

    /// @inheritdoc IHomePurse
    function takeCharter(bytes32 charter_) external onlyFederation {
        charter = charter_;
    }

    /// @inheritdoc IPurse
    function delegated(bytes32 competence, bool given) external {
        require(seats[msg.sender].state != SeatState.None, NoSeatHere(msg.sender));
        IFederation(federation).takeDelegation(seats[msg.sender].collective, competence, given);
    }

    /// @inheritdoc IPurse
    function trail() public view override(IPurse, Purse) returns (bytes32[] memory list) {
        bytes32[] memory further = parent == address(0) ? new bytes32[](0) : IPurse(parent).trail();
        list = new bytes32[](further.length + 1);
        list[0] = Interop.idOf(block.chainid, federation);
        for (uint256 i = 0; i < further.length; ++i) {
            list[i + 1] = further[i];
        }
    }

    /// @inheritdoc IPurse
    function waitsUntil(bytes32 subject) external view returns (uint256) {
        return IFederation(federation).waitsUntil(subject);
    }

    /// @dev Another federation's purse takes a deposit too: what one gives another is no revenue there.
    function _isTreasury(address to) internal view override(Books, Purse) returns (bool) {
        return to.codehash == address(this).codehash || Purse._isTreasury(to);
    }

    function _list(address token) internal override(Books, Ties) {
        Ties._list(token);
    }

    function _entered(address treasury) internal override {
        // The federation answers by seating it here.
        Report memory told = _standing(seats[treasury]);
        (told.people, told.charter) = (_people(seats[treasury]), charter);
        IFederation(federation).report(told);
    }

    function _tell(address, Report memory told) internal override {
        // No note is paid for at home.
        require(msg.value == 0, WrongCoin(msg.value, 0));
        IFederation(federation).report(told);
    }

    function _released(Report memory left) internal override {
        IFederation(federation).report(left);
    }

    function _tied(address purse) internal override {
        require(parent == address(0), OneParent(parent));
        parent = purse;
    }

    function _untied() internal override {
        parent = address(0);
    }

    function _tie(IFederationWords.ActKind kind, bytes calldata data) private {
        if (kind == IFederationWords.ActKind.Join) {
            (address purse, bytes32 charter_, uint256 bps) = abi.decode(data, (address, bytes32, uint256));
            this.join(purse, charter_, bps);
        } else if (kind == IFederationWords.ActKind.Levy) {
            (address purse, uint256 bps) = abi.decode(data, (address, uint256));
            this.setLevy(purse, bps);
        } else if (kind == IFederationWords.ActKind.Delegate) {
            (address purse, bytes32 competence, bool given) = abi.decode(data, (address, bytes32, bool));
            this.delegate(purse, competence, given);
        } else if (kind == IFederationWords.ActKind.Confirm) {
            (address branch, bytes32 order) = abi.decode(data, (address, bytes32));
            IBranch(branch).confirm(order);
        } else {
            require(kind == IFederationWords.ActKind.Quit, NotForPurse(kind));
            uint256[] memory held = _held();
            this.quit(abi.decode(data, (address)));
            _settleAll(held);
        }
    }

    function _spend(bytes calldata data) private {
        (address treasury, uint256 budget, address to, uint256 amount, bytes32 purpose) =
            abi.decode(data, (address, uint256, address, uint256, bytes32));
        uint256[] memory held = _held();
        ITreasury(treasury).spend(budget, to, amount, purpose);
        _settleAll(held);
    }

    /// @dev What a mandate or a leaving brings here is seen, and no revenue.
    function _held() private view returns (uint256[] memory held) {
        address[] memory watched = _watched();
        held = new uint256[](watched.length);
        for (uint256 i = 0; i < watched.length; ++i) {
            (, held[i]) = Payment.balanceOf(watched[i], address(this));
        }
    }

    function _settleAll(uint256[] memory held) private {
        for (uint256 i = 0; i < held.length; ++i) {
            _settle(_watchedAt(i), held[i]);
        }
    }
}
